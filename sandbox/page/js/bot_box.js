// The state of the bot's process, and the buttons that show what a crash does (and does not do).

import { toast } from "./dialogs.js";
import { h } from "./dom.js";

const WORDS = { running: "Bot running", starting: "Bot starting…", stopped: "Bot stopped", none: "No bot here" };

const NOTES = {
  armed: "Armed: the next change that Google carries out ends the bot before it hears the answer.",
  struck: "Killed after send: Google has done it, and the bot does not know. Restart it and watch the card.",
};

export function createBotBox({ store, api }) {
  const state = h("span", { "data-testid": "bot-state" });
  const kill = h(
    "button",
    {
      type: "button",
      class: "btn btn--small btn--danger-quiet",
      "data-testid": "kill-bot",
      title: "Ends the process at once, as a crash would",
    },
    "Kill the bot",
  );
  const later = h(
    "button",
    {
      type: "button",
      class: "btn btn--small btn--danger-quiet",
      "data-testid": "kill-after-send",
      title: "Ends the process when Google has carried out the next change, before the answer comes back",
    },
    "Kill after send",
  );
  const note = h("p", { class: "bot-note", role: "status", "data-testid": "bot-note" });
  const model = h("p", { class: "bot-note", "data-testid": "bot-model" });
  const restart = h("button", { type: "button", class: "btn btn--small", "data-testid": "restart-bot" }, "Restart");
  const element = h(
    "section",
    { class: "bot-box", "aria-label": "Bot" },
    h("span", { class: "bot-dot" }),
    state,
    h("span", { class: "bot-buttons" }, kill, later, restart),
    note,
    model,
  );

  async function run(button, call) {
    button.disabled = true;
    try {
      const answer = await call();
      store.set("bot", answer.state ? answer : await api.bot());
    } catch (error) {
      toast(error.detail);
    }
    draw();
  }

  function draw() {
    const { state: now, pid, kill_after_send: planned } = store.bot;
    const shown = now === "running" && !isConnected(store.steps) ? "starting" : now;
    element.dataset.bot = shown;
    state.textContent = WORDS[shown] ?? shown;
    state.title = pid ? `Process ${pid}` : "";
    kill.disabled = now !== "running";
    restart.disabled = now === "none";
    later.disabled = now !== "running" && planned !== "armed";
    later.setAttribute("aria-pressed", String(planned === "armed"));
    note.textContent = NOTES[planned] ?? "";
    model.textContent = store.bot.model ? `The model is ${store.bot.model}.` : "";
  }

  kill.addEventListener("click", () => run(kill, api.killBot));
  later.addEventListener("click", () => run(later, () => api.killAfterSend(store.bot.kill_after_send !== "armed")));
  restart.addEventListener("click", () => run(restart, api.restartBot));
  store.on("bot", draw);
  store.on("steps", draw);
  draw();
  return { element };
}

/** A process that runs hears nothing until its socket is open; the last step that counts sockets says how many are. */
function isConnected(steps) {
  return steps.findLast(({ kind, detail }) => kind === "socket" && detail?.connections >= 0)?.detail.connections !== 0;
}
