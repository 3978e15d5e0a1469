"""Jupyter's server, in `lab` and on a hub: a kernel's messages go to the browser at once.

Tornado leaves Nagle's algorithm on: a small message waits until the browser has acknowledged the
one before it, which takes up to 40 ms. A moved slider is answered by several small ones.
"""

# ruff: noqa: F821 (Jupyter gives `c`)

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection


class PromptConnection(ZMQChannelsWebsocketConnection):
    """Jupyter's own connection to a kernel, over a socket that holds nothing back."""

    async def connect(self):
        """Begin to pass messages on."""
        self.websocket_handler.set_nodelay(True)
        return await super().connect()


c.ServerApp.kernel_websocket_connection_class = PromptConnection
