"""An upstream that says what it was told at its start on whatever channel a request asks for."""
