// The library: the list as the server tells it, files taken one after another with their progress, and removal.
(() => {
  const { byId, words, language, send, make, watch } = Sayso;
  const chooser = make("input", { type: "file", multiple: true, hidden: true, accept: ".txt,.md,.html,.htm,.pdf,.docx,.jsonl" });
  const MOST = 10 * 1024 * 1024;
  let queue = Promise.resolve();
  let listed = false;

  async function list() {
    listed = true;
    try {
      byId("sources-list").innerHTML = await (await fetch(`library?language=${language}`)).text();
    } catch {
      byId("sources-list").textContent = words("lost");
    }
  }

  const upload = (file, line) => new Promise((done) => {
    const tell = (text, state) => {
      line.lastChild.textContent = text;
      line.className = state;
    };
    if (file.size > MOST) return done(tell(words("too_large"), "refused"));
    const request = new XMLHttpRequest();
    request.upload.onprogress = ({ loaded, total }) => {
      line.querySelector("progress").value = loaded / total;
      tell(loaded < total ? `${words("uploading")} ${Math.round((100 * loaded) / total)}%` : words("reading"), "busy");
    };
    request.onload = () => {
      const answer = request.status === 200 ? JSON.parse(request.responseText) : { ok: false, told: request.responseText };
      done(tell(answer.told, answer.ok ? "taken" : "refused"));
    };
    request.onerror = () => done(tell(words("lost"), "refused"));
    request.open("POST", `library/add?language=${language}&name=${encodeURIComponent(file.name)}`);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.send(file);
  });

  function take(files) {
    for (const file of files) {
      const line = make("li", { className: "busy" }, make("b", { textContent: file.name }), make("progress", { max: 1, value: 0 }), make("span"));
      byId("uploads").append(line);
      queue = queue.then(() => upload(file, line)).then(list);
    }
  }

  async function remove(button) {
    if (!button.classList.contains("sure")) {
      button.classList.add("sure");
      button.textContent = words("really");
      return;
    }
    button.disabled = true;
    await send(`library/remove?language=${language}`, { source: button.value }).catch(() => null);
    list();
  }

  chooser.addEventListener("change", () => {
    take([...chooser.files]);
    chooser.value = "";
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.id === "add-files") {
      document.body.append(chooser);
      chooser.click();
    }
    if (button?.matches("#library .remove")) remove(button);
  });
  for (const kind of ["dragover", "drop"]) {
    document.addEventListener(kind, (event) => {
      if (!event.target.closest?.("#library")) return;
      event.preventDefault();
      if (kind === "drop") take([...event.dataTransfer.files]);
    });
  }
  // When the tab is first looked at.
  watch(() => {
    const place = byId("sources-list");
    if (place?.offsetParent && (!listed || !place.hasChildNodes())) list();
  });
})();
