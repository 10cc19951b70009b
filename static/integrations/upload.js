/* [data-pieces]: a form whose large file goes up in pieces, and goes on after a lost connection or
   a reload (choose the same file again). Without this script the form uploads as forms do. */
const LARGE = 4 * 1024 * 1024;
const PIECE = 2 * 1024 * 1024;
const WAITS = [1, 2, 5, 10, 20, 30];

const hex = async (blob) => {
  const digest = await crypto.subtle.digest("SHA-256", await blob.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
};
const pause = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

class Pieces {
  constructor(form) {
    this.form = form;
    this.input = form.querySelector("input[type=file]");
    this.area = form.querySelector("[data-pieces-progress]");
    this.bar = this.area.querySelector("progress");
    this.text = this.area.querySelector("[data-pieces-text]");
    this.stop = this.area.querySelector("button");
    this.stopped = false;
    this.tenths = -1;
    this.stop.onclick = () => this.cancel();
  }

  headers(more = {}) {
    const token = this.form.querySelector("[name=csrfmiddlewaretoken]").value;
    return { "X-CSRFToken": token, Accept: "application/json", ...more };
  }

  async ask(address, options) {
    for (const seconds of [...WAITS, null]) {
      if (this.stopped) throw new Error("Cancelled.");
      try {
        const answer = await fetch(address, options);
        if (answer.status < 500) return answer;
      } catch {
        /* no connection: wait and try again */
      }
      if (seconds === null) break;
      this.text.textContent = `No answer; trying again in ${seconds} s`;
      await pause(seconds);
    }
    throw new Error("There is no connection. Upload the same file again to go on.");
  }

  show(offset, size) {
    const part = offset / size;
    this.bar.max = size;
    this.bar.value = offset;
    this.text.textContent = `${Math.floor(part * 100)} % of ${(size / 1048576).toFixed(1)} MiB`;
    const tenths = Math.floor(part * 10);
    if (tenths === this.tenths) return;
    this.tenths = tenths;
    document.getElementById("status").textContent = `${tenths * 10} % uploaded`;
  }

  async send(file) {
    const head = await hex(file.slice(0, PIECE));
    const begun = await this.ask(this.form.dataset.pieces, {
      method: "POST",
      headers: this.headers(),
      body: new URLSearchParams({ name: file.name, size: file.size, head }),
    });
    const told = await begun.json();
    if (!begun.ok) throw new Error(told.detail);
    this.address = `${this.form.dataset.pieces}${told.id}/`;
    let offset = told.offset;
    while (offset < file.size) {
      this.show(offset, file.size);
      offset = await this.piece(file.slice(offset, offset + told.piece), offset);
    }
    this.show(file.size, file.size);
    return told.id;
  }

  async piece(piece, offset) {
    const answer = await this.ask(this.address, {
      method: "POST",
      headers: this.headers({
        "Content-Type": "application/octet-stream",
        "Upload-Offset": String(offset),
        "Upload-Sha256": await hex(piece),
      }),
      body: piece,
    });
    const next = await answer.json().catch(() => ({}));
    if (next.offset === undefined) throw new Error(next.detail ?? "The upload was refused.");
    return next.offset;
  }

  async start(file) {
    this.area.hidden = false;
    this.stop.focus();
    try {
      this.form.querySelector("[name=upload]").value = await this.send(file);
      this.input.disabled = true;
      this.form.submit();
    } catch (error) {
      if (!this.stopped) this.say(error.message);
    }
  }

  say(words) {
    const said = this.form.querySelector("[data-pieces-error]");
    this.area.hidden = true;
    said.textContent = words;
    said.hidden = false;
    document.getElementById("alert").textContent = words;
    this.input.focus();
  }

  cancel() {
    this.stopped = true;
    if (this.address) fetch(this.address, { method: "DELETE", headers: this.headers() });
    this.say("Cancelled. Nothing of the file is kept.");
  }
}

for (const form of document.querySelectorAll("[data-pieces]")) {
  form.addEventListener("submit", (event) => {
    const [file] = form.querySelector("input[type=file]").files;
    if (!file || file.size < LARGE || !globalThis.crypto?.subtle) return;
    event.preventDefault();
    form.querySelector("[data-pieces-error]").hidden = true;
    new Pieces(form).start(file);
  });
}
