"""The wire between nbclient and a kernel in the same process and thread.

Every message goes through the packing and unpacking of a real connection, so that values come out
as they would from another process. A cell runs when its outputs are first asked for.
"""

from __future__ import annotations

import asyncio
import os
import threading
import types
from collections import deque
from queue import Empty

import zmq
from ipykernel.utils import _async_in_context
from jupyter_client.client import KernelClient
from jupyter_client.session import Session

#: Messages do not leave the process; a session without a key would warn.
KEY = b"loopback"


class Socket:
    """Takes what the kernel sends, and holds it until the client asks for it."""

    def __init__(self) -> None:
        self.session = Session(key=KEY)
        self.messages: deque[dict] = deque()

    def send_multipart(self, frames, flags=0, copy=True, track=False) -> None:
        """Take one message as it would go over the wire."""
        _, parts = self.session.feed_identities([bytes(frame) for frame in frames])
        self.messages.append(self.session.deserialize(parts))


class ShellChannel:
    """What a kernel expects of the thread that receives its requests; here it is the only thread."""

    def __init__(self, replies: Socket) -> None:
        self.parent_thread = threading.main_thread()
        self.replies = replies
        self.manager = self
        self.io_loop = types.SimpleNamespace(add_callback=self._end_abort)
        self.kernel = None

    def get_subshell_to_shell_channel_socket(self, subshell_id) -> Socket:
        """Return where replies go."""
        return self.replies

    def _end_abort(self, *_) -> None:
        # There is no queue: a request that follows a failed one was sent after it.
        self.kernel._aborting = False


class Channel:
    """One side of the client: the replies to its requests, or what the kernel publishes."""

    def __init__(self, client: Client, socket: Socket) -> None:
        self.client, self.socket = client, socket

    def send(self, message: dict) -> None:
        """Hand a request to the kernel."""
        if self.client.kernel.shell.exit_now and message["header"]["msg_type"] == "execute_request":
            os._exit(0)  # `exit()` in a cell ends the process of the kernel, which is this one
        self.client.requests.append(message)

    async def get_msg(self, timeout=None) -> dict:
        """Return the next message, after the requests that came before it have been answered.

        Raises
        ------
        queue.Empty
            If there is none; waiting would not bring one.
        """
        await self.client.answer()
        if not self.socket.messages:
            raise Empty
        return self.socket.messages.popleft()


class Client(KernelClient):
    """What nbclient talks to."""

    def __init__(self, kernel, replies: Socket, published: Socket) -> None:
        super().__init__(session=Session(key=KEY))
        self.kernel = kernel
        self.requests: deque[dict] = deque()
        self._shell_channel = Channel(self, replies)
        self._iopub_channel = Channel(self, published)
        # Context variables that a cell sets are there in the next one.
        self._dispatch = _async_in_context(lambda frames: kernel.shell_main(None, frames))
        self._turn = asyncio.Lock()

    shell_channel = property(lambda self: self._shell_channel)
    iopub_channel = property(lambda self: self._iopub_channel)

    async def answer(self) -> None:
        """Let the kernel answer what it was asked."""
        async with self._turn:
            while self.requests:
                frames = self.session.serialize(self.requests.popleft())
                await self._dispatch([zmq.Message(frame) for frame in frames])

    def _nothing(self, *_, **__) -> None:
        """Left out: there is nothing to start, to stop or to wait for."""

    start_channels = stop_channels = wait_for_ready = _nothing

    def is_alive(self) -> bool:
        """A kernel in this process is as alive as its client."""
        return True


class Manager:
    """What nbclient asks to start and stop kernels: here there is one, and it is there already."""

    has_kernel = True

    def __init__(self, client: Client) -> None:
        self._client = client

    def client(self) -> Client:
        """Return the client."""
        return self._client
