"""A small client of the Language Server Protocol, as an editor is one.

Source: https://microsoft.github.io/language-server-protocol/specification
"""

import json
import subprocess
import sys

from under_test import HOME


class LanguageServer:
    """Pyright's language server, which VS Code and others ask, with one open file."""

    def __init__(self, path, text, home=HOME):
        path.write_text(text, encoding="utf-8")
        self.uri = path.as_uri()
        self.home = home
        self.process = subprocess.Popen(
            [sys.executable, "-m", "pyright.langserver", "--stdio"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            # `python -m` looks in the current folder first.
            cwd=path.parent,
        )
        self.sequence = 0
        folder = {"uri": path.parent.as_uri(), "name": "lesson"}
        self.request(
            "initialize",
            processId=None,
            rootUri=folder["uri"],
            workspaceFolders=[folder],
            capabilities={
                "workspace": {"configuration": True, "workspaceFolders": True},
                "textDocument": {"hover": {"contentFormat": ["markdown", "plaintext"]}},
            },
        )
        self._notify("initialized")
        document = {"uri": self.uri, "languageId": "python", "version": 1, "text": text}
        self._notify("textDocument/didOpen", textDocument=document)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()

    def hover(self, line, column):
        """Return what the editor shows over a place, lines counted from 0."""
        answer = self._ask_at("textDocument/hover", line, column)
        return answer["contents"]["value"] if answer else ""

    def completions(self, line, column):
        """Return the names that the editor offers at a place."""
        answer = self._ask_at("textDocument/completion", line, column)
        items = answer["items"] if isinstance(answer, dict) else answer or []
        return {item["label"] for item in items}

    def _ask_at(self, method, line, column):
        place = {"line": line, "character": column}
        return self.request(method, textDocument={"uri": self.uri}, position=place)

    def request(self, method, **parameters):
        self.sequence += 1
        self._send({"id": self.sequence, "method": method, "params": parameters})
        while True:
            message = self._receive()
            if "method" in message and "id" in message:
                self._send({"id": message["id"], "result": self._told(message)})
            elif message.get("id") == self.sequence:
                assert "error" not in message, message
                return message["result"]

    def _told(self, message):
        # The server asks back what the editor is set to.
        if message["method"] != "workspace/configuration":
            return None
        python = {
            "pythonPath": sys.executable,
            "analysis": {"extraPaths": [str(self.home)]},
        }
        sections = [item.get("section", "") for item in message["params"]["items"]]
        told = {"python": python, "python.analysis": python["analysis"]}
        return [told.get(section, {}) for section in sections]

    def _notify(self, method, **parameters):
        self._send({"method": method, "params": parameters})

    def _send(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def _receive(self):
        length = 0
        while True:
            line = self.process.stdout.readline()
            assert line, "the language server closed its output"
            if line == b"\r\n":
                return json.loads(self.process.stdout.read(length))
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
