"""A client of WebSocket (RFC 6455) that sends exactly the frames it is told to. Standard library
only."""
import base64
import hashlib
import os
import struct

from harness import Client

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


class WebSocket(Client):
    def __init__(self, address, target, *fields, version=13):
        super().__init__(address)
        self.key = base64.b64encode(os.urandom(16)).decode()
        lines = [f"GET {target} HTTP/1.1", "Host: test", "Connection: Upgrade",
                 "Upgrade: websocket", f"Sec-WebSocket-Key: {self.key}",
                 f"Sec-WebSocket-Version: {version}", *fields]
        self.send("\r\n".join(lines) + "\r\n\r\n")
        self.response = self.receive_head()

    def receive_head(self):
        line = self.file.readline().decode()
        status = int(line.split(" ")[1])
        headers = {}
        while (line := self.file.readline()) != b"\r\n":
            name, value = line.decode().rstrip("\r\n").split(": ", 1)
            headers[name.lower()] = value
        if status == 101:
            expected = hashlib.sha1(
                (self.key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()
            assert headers["sec-websocket-accept"] == base64.b64encode(expected).decode()
        self.headers = headers
        return status

    def body(self):
        return self.file.read(int(self.headers["content-length"]))

    def put(self, data, opcode=BINARY, final=True, masked=True):
        head = bytes([opcode | (0x80 if final else 0)])
        bit = 0x80 if masked else 0
        if len(data) < 126:
            head += bytes([bit | len(data)])
        elif len(data) < 65536:
            head += bytes([bit | 126]) + struct.pack(">H", len(data))
        else:
            head += bytes([bit | 127]) + struct.pack(">Q", len(data))
        if masked:
            mask = os.urandom(4)
            whole = (mask * (len(data) // 4 + 1))[:len(data)]
            data = (int.from_bytes(data, "big") ^ int.from_bytes(whole, "big")).to_bytes(
                len(data), "big")
            head += mask
        self.send(head, data)

    def frame(self):
        """The next frame as (opcode, payload); frames of a server are not masked."""
        first, size = self.file.read(2)
        assert first & 0x80 and size < 128, (first, size)
        if size == 126:
            size = struct.unpack(">H", self.file.read(2))[0]
        elif size == 127:
            size = struct.unpack(">Q", self.file.read(8))[0]
        return first & 0x0F, self.file.read(size)

    def close_code(self):
        """Of the next frame, which is answered."""
        opcode, payload = self.frame()
        assert opcode == CLOSE, (opcode, payload)
        self.put(payload, CLOSE)
        return struct.unpack(">H", payload[:2])[0], payload[2:].decode()
