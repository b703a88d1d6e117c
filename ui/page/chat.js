// What can be done with a conversation: ask what a button says, edit, retry, copy, judge; and the keys for it.
(() => {
  const { byId, words, watch, send, make } = Sayso;
  const turnOf = (element) => Number(element.closest('[id^="facts-"]')?.id.split("-")[1]);
  const conversation = () => document.querySelector("#conversation :is(textarea, input)")?.value ?? "";
  const box = () => document.querySelector("#ask textarea");
  const LONGEST = 2000; // MAX_QUESTION in texts.py: a longer question stays in the box, to be shortened
  let editing = 0; // the turn that the text in the box will replace
  let sent = ""; // what the box is emptied of once it stands in the conversation
  let early = 0; // the timer of a question asked before the page had its conversation

  function write(field, text) {
    Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), "value").set.call(field, text);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // Gradio's event of the hidden box; `at` makes the same wish a second time another one.
  // Before the server has named the conversation nothing would be heard: the last wish waits.
  function ask(question, turn = 0) {
    clearTimeout(early);
    if (!conversation()) return void (early = setTimeout(ask, 50, question, turn));
    write(document.querySelector("#command :is(textarea, input)"), JSON.stringify({ ask: question, turn, at: Date.now() }));
  }

  const questionOf = (turn) => byId(`asked-${turn}`)?.innerText ?? "";

  function edit(turn) {
    editing = turn;
    write(box(), questionOf(turn));
    box().focus();
    document.body.classList.add("editing");
  }

  async function copy(button) {
    const answer = button.closest(".answer");
    const body = answer.querySelector(".body").cloneNode(true);
    for (const stamp of body.querySelectorAll(".stamp")) stamp.remove();
    const cards = [...document.querySelectorAll(`#sources-${turnOf(button)} .card`)];
    const sources = cards.map((card) => `[${card.querySelector(".number").textContent}] ${card.querySelector(".where").textContent}`);
    const blocks = [...body.children].map((block) => block.textContent.trim());
    await navigator.clipboard.writeText([...blocks, ...sources].join("\n"));
    say(button);
  }

  function say(button) {
    const before = button.textContent;
    button.textContent = button.title;
    setTimeout(() => (button.textContent = before), 1500);
  }

  async function judge(button, good) {
    const turn = turnOf(button);
    const sent = await send("feedback", { c: conversation(), turn, good }).catch(() => null);
    if (!sent?.ok) return;
    for (const other of button.parentElement.querySelectorAll(".good, .bad")) other.setAttribute("aria-pressed", String(other === button));
    button.closest(".facts").querySelector(".why")?.remove();
    if (good) return say(button);
    button.closest(".facts").append(whyForm(turn));
    button.closest(".facts").querySelector(".why textarea").focus();
  }

  function whyForm(turn) {
    const reasons = ["wrong", "source", "missing", "refused"].map((reason) =>
      make("label", {}, make("input", { type: "checkbox", value: reason }), ` ${words(`reason_${reason}`)}`));
    const note = make("textarea", { rows: 2, maxLength: 2000, ariaLabel: words("why_bad"), placeholder: words("why_bad") });
    const form = make("form", { className: "why" }, make("div", { className: "reasons" }, ...reasons), note,
      make("button", { type: "submit", className: "quiet", textContent: words("send_reason") }));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const chosen = [...form.querySelectorAll("input:checked")].map((input) => input.value);
      await send("feedback", { c: conversation(), turn, good: false, reasons: chosen, note: note.value }).catch(() => null);
      form.replaceWith(make("p", { className: "why done", textContent: words("bad_done") }));
    });
    return form;
  }

  const fresh = () => location.assign(location.pathname);

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.id === "new-chat") fresh();
    if (button.matches(".suggest")) ask(button.textContent);
    if (button.matches("#chat .edit")) edit(Number(button.parentElement.querySelector('[id^="asked-"]').id.split("-")[1]));
    if (button.matches("#chat .again")) ask(questionOf(turnOf(button)), turnOf(button));
    if (button.matches("#chat .copy")) copy(button);
    if (button.matches("#chat .good, #chat .bad")) judge(button, button.matches(".good"));
    if (button.matches("#ask .submit-button")) submit(event);
  }, true);

  function submit(event) {
    if (editing) return replace(event);
    sent = box().value;
    if (conversation() || !sent.trim()) return;
    event.preventDefault();
    event.stopPropagation();
    ask(sent);
  }

  // What was edited goes the way of a retry, in place of its turn.
  function replace(event) {
    event.preventDefault();
    event.stopPropagation();
    ask(box().value, editing);
    write(box(), "");
    editing = 0;
    document.body.classList.remove("editing");
  }

  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches?.("input, textarea, select");
    // Enter that ends the typing of a Chinese word is not "send".
    if (event.key === "Enter" && (event.isComposing || event.keyCode === 229)) event.stopPropagation();
    else if (event.key === "Enter" && !event.shiftKey && event.target === box()) submit(event);
    else if (event.key === "Escape" && editing) {
      editing = 0;
      write(box(), "");
      document.body.classList.remove("editing");
      event.stopPropagation();
    } else if (event.key === "/" && !typing) {
      event.preventDefault();
      box()?.focus();
    } else if (event.altKey && event.code === "KeyN") fresh();
    else if (event.altKey && /^Digit[1-9]$/.test(event.code)) Sayso.openSource(event.code.at(-1));
  }, true);

  const squeezed = (text) => text?.replace(/\s+/g, "");
  watch(() => {
    const last = [...document.querySelectorAll("#chat .asked")].at(-1);
    if (!sent.trim() || sent.length > LONGEST || squeezed(last?.innerText) !== squeezed(sent)) return;
    if (box().value === sent) write(box(), "");
    sent = "";
  });

  // The address leads to the conversation as soon as there is one.
  watch(() => {
    if (!document.querySelector("#chat .asked") || !conversation()) return;
    const address = new URLSearchParams(location.search);
    if (address.get("c") === conversation()) return;
    address.set("c", conversation());
    history.replaceState(null, "", `?${address}${location.hash}`);
  });
})();
