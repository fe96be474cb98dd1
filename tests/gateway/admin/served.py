"""A process that serves the admin API of its environment on a socket that it inherits."""

from __future__ import annotations

import asyncio
import socket
import sys

import uvicorn

from gateway.admin import build_admin_app
from gateway.registry import Registry
from gateway.settings import Settings
from tests.gateway.admin.scripted import ScriptedInspector


async def main(descriptor: int) -> None:
    registry = await Registry.open(Settings())
    app = build_admin_app(registry, ScriptedInspector(registry.version))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None))
    await server.serve(sockets=[socket.socket(fileno=descriptor)])


asyncio.run(main(int(sys.argv[1])))
