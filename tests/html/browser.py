"""Headless Chromium, spoken to over a pipe in its own protocol (--remote-debugging-pipe): messages of
JSON, each ended by a zero byte. One process for many pages; what a page complains of is kept."""
import base64
import json
import os
import shutil
import subprocess
import tempfile

FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
         "--hide-scrollbars", "--force-device-scale-factor=1", "--remote-debugging-pipe", "about:blank")
MEDIA = {
    "light": {"media": "screen", "features": [{"name": "prefers-color-scheme", "value": "light"}]},
    "dark": {"media": "screen", "features": [{"name": "prefers-color-scheme", "value": "dark"}]},
    "print": {"media": "print", "features": [{"name": "prefers-color-scheme", "value": "dark"}]},
}


class Browser:
    def __init__(self):
        self.home = tempfile.mkdtemp(prefix="pgsize-browser.")
        ours, theirs = os.pipe(), os.pipe()
        self.process = subprocess.Popen(
            ["sh", "-c", f'exec chromium --user-data-dir="$0" "$@" 3<&{ours[0]} 4>&{theirs[1]}', self.home, *FLAGS],
            pass_fds=(ours[0], theirs[1]), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={**os.environ, "HOME": self.home})
        os.close(ours[0])
        os.close(theirs[1])
        self.write = os.fdopen(ours[1], "wb", buffering=0)
        self.read = os.fdopen(theirs[0], "rb")
        self.rest, self.last, self.events = b"", 0, []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.call(f"{domain}.enable")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.write.close()
        self.process.terminate()
        self.process.wait()
        self.read.close()
        shutil.rmtree(self.home, ignore_errors=True)

    def message(self):
        while b"\0" not in self.rest:
            more = self.read.read1(1 << 20)
            if not more:
                raise RuntimeError("chromium ended")
            self.rest += more
        text, self.rest = self.rest.split(b"\0", 1)
        return json.loads(text)

    def call(self, method, **parameters):
        self.last += 1
        request = {"id": self.last, "method": method, "params": parameters}
        if not method.startswith("Target."):
            request["sessionId"] = self.session
        self.write.write(json.dumps(request).encode() + b"\0")
        while True:
            answer = self.message()
            if answer.get("id") == self.last:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]
            self.events.append(answer)

    def open(self, path, width=1280, height=900):
        """Loads a file; afterwards complaints() are its own."""
        self.events = []
        self.size(width, height)
        self.call("Page.navigate", url=f"file://{path}")
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events):
            self.events.append(self.message())

    def size(self, width, height=900):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
                  mobile=False)

    def media(self, name):
        self.call("Emulation.setEmulatedMedia", **MEDIA[name])

    def complaints(self):
        """Errors of scripts, of the console and of the network, requests that were blocked."""
        self.call("Runtime.evaluate", expression="0")
        wanted = ("Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded")
        return [json.dumps(event["params"])[:300] for event in self.events if event.get("method") in wanted]

    def value(self, expression):
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(json.dumps(answer["exceptionDetails"])[:500])
        return answer["result"].get("value")

    def picture(self, path):
        answer = self.call("Page.captureScreenshot", format="png")
        with open(path, "wb") as file:
            file.write(base64.b64decode(answer["data"]))

    def pdf(self):
        return base64.b64decode(self.call("Page.printToPDF", printBackground=False)["data"])
