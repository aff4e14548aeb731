"""A small client of the Debug Adapter Protocol, as an editor is one.

Source: https://microsoft.github.io/debug-adapter-protocol/specification
"""

import json
import os
import socket
import subprocess
import sys
import time

TIMEOUT = 60.0


class Debugger:
    """A program under debugpy, with breakpoints, steps and a variables pane."""

    def __init__(self, script, path, breakpoints, **options):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.process = subprocess.Popen(
            [sys.executable, "-Xfrozen_modules=off", "-m", "debugpy"]
            + ["--listen", f"127.0.0.1:{port}", "--wait-for-client", str(script)],
            env={
                **os.environ,
                "PYTHONPATH": str(path),
                "PYDEVD_DISABLE_FILE_VALIDATION": "1",
            },
            # `python -m` looks in the current folder first.
            cwd=script.parent,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.socket = self._connect(port)
        self.stream = self.socket.makefile("rb")
        self.sequence = 0
        self.events = []
        self.request("initialize", adapterID="test", pathFormat="path")
        attach = self._send("attach", {"justMyCode": True, **options})
        self.wait_for("initialized")
        for file, line in breakpoints:
            self.request(
                "setBreakpoints",
                source={"path": str(file)},
                breakpoints=[{"line": line}],
            )
        self.request("configurationDone")
        self._answer(attach)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.stream.close()
        self.socket.close()

    def _connect(self, port):
        deadline = time.monotonic() + TIMEOUT
        while True:
            try:
                connection = socket.create_connection(("127.0.0.1", port), timeout=1)
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
            else:
                connection.settimeout(TIMEOUT)
                return connection

    def _send(self, command, arguments):
        self.sequence += 1
        message = {"seq": self.sequence, "type": "request", "command": command}
        body = json.dumps({**message, "arguments": arguments}).encode()
        self.socket.sendall(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        return self.sequence

    def _receive(self):
        length = 0
        while True:
            line = self.stream.readline()
            assert line, "the debugger closed the connection"
            if line == b"\r\n":
                return json.loads(self.stream.read(length))
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)

    def _answer(self, sequence):
        while True:
            message = self._receive()
            if message["type"] == "event":
                self.events.append(message)
            elif message.get("request_seq") == sequence:
                assert message["success"], message
                return message.get("body", {})

    def request(self, command, **arguments):
        return self._answer(self._send(command, arguments))

    def wait_for(self, *names):
        """Return the next event of one of these names."""
        while True:
            for event in self.events:
                if event["event"] in names:
                    self.events.remove(event)
                    return event
            message = self._receive()
            if message["type"] == "event":
                self.events.append(message)

    def stop(self):
        """Return the file, the line and the variables at the next stop, or None."""
        event = self.wait_for("stopped", "terminated", "exited")
        if event["event"] != "stopped":
            return None
        self.thread = event["body"]["threadId"]
        frame = self.request("stackTrace", threadId=self.thread)["stackFrames"][0]
        scopes = self.request("scopes", frameId=frame["id"])["scopes"]
        variables = self.variables(scopes[0]["variablesReference"])
        return frame["source"]["path"], frame["line"], variables

    def variables(self, reference):
        """Return {name: variable} of a scope, or of a variable that is unfolded."""
        body = self.request("variables", variablesReference=reference)
        return {variable["name"]: variable for variable in body["variables"]}

    def next(self):
        """Step over one line."""
        self.request("next", threadId=self.thread)
        return self.stop()

    def step_in(self):
        self.request("stepIn", threadId=self.thread)
        return self.stop()

    def go_on(self):
        self.request("continue", threadId=self.thread)
        return self.stop()
