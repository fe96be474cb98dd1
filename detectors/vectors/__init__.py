"""The vectors of the targets' passages: searched, merged, and kept on disk."""
