// Keeps the store in step with the sandbox: loads, then server-sent events, and loads again after a lost connection.

import { eventHandlers } from "./events.js";

export class Sync {
  #source = null;
  #stepsLoading = false;
  #stepsMissed = false;
  #asked = 0;
  #answered = new Map();

  constructor(store, api, onError) {
    Object.assign(this, { store, api, onError });
  }

  /** Listens as the current person; every (re)connection loads what may have been missed. */
  open() {
    this.#source?.close();
    const source = (this.#source = this.api.events(this.store.names.me));
    source.addEventListener("open", () => {
      this.store.set("connected", true);
      this.#loadAll();
    });
    source.addEventListener("error", () => this.store.set("connected", false));
    for (const [name, handle] of Object.entries(eventHandlers(this))) {
      source.addEventListener(name, (event) => handle(JSON.parse(event.data)));
    }
  }

  /** What arrives while the answer is on its way would be lost under it, so then the channel is loaded again. */
  async loadChannel(channel) {
    const before = this.store.changes(channel);
    await this.#asMe(
      channel,
      (as) => this.api.messages(channel, as),
      (messages) => {
        this.store.setMessages(channel, messages);
        this.markRead(channel);
      },
    );
    if (this.store.changes(channel) !== before) await this.loadChannel(channel);
  }

  loadViews() {
    return this.#asMe(
      "views",
      (as) => this.api.views(as),
      (stack) => this.store.set("views", stack),
    );
  }

  /** The person's Home tab, as the app published it last. */
  loadHome() {
    return this.#asMe(
      "home",
      (as) => this.api.home(as),
      (view) => this.store.set("home", view),
    );
  }

  loadBot() {
    return this.#asMe(
      "bot",
      () => this.api.bot(),
      (bot) => this.store.set("bot", bot),
    );
  }

  loadWorkspace() {
    return this.#asMe(
      "workspace",
      () => this.api.workspace(),
      (workspace) => this.store.setWorkspace(workspace, this.store.names.me),
    );
  }

  /** The steps after the last known one; all of them when the sandbox was started anew and counts from 1 again. */
  async loadSteps() {
    this.#stepsMissed = true;
    if (this.#stepsLoading) return;
    this.#stepsLoading = true;
    while (this.#stepsMissed) {
      this.#stepsMissed = false;
      await this.#loadMissedSteps().catch(this.onError);
    }
    this.#stepsLoading = false;
  }

  /** Tells the sandbox that the person has seen the channel up to its newest message. */
  markRead(channel) {
    const newest = this.store.messages(channel)?.at(-1);
    this.store.setUnread(channel, false);
    if (newest) this.api.markRead(this.store.names.me, channel, newest.ts).catch(this.onError);
  }

  async #loadMissedSteps() {
    const known = this.store.steps.at(-1);
    const steps = await this.api.steps(known ? known.n - 1 : 0);
    const restarted = known && steps[0]?.at !== known.at;
    this.store.addSteps(restarted ? await this.api.steps(0) : steps, { restarted });
  }

  #loadAll() {
    const { channel } = this.store.route;
    if (channel) this.loadChannel(channel);
    this.loadViews();
    if (this.store.workspace.app?.home_tab) this.loadHome();
    this.loadBot();
    this.loadSteps();
  }

  /** Hands the answer on unless the person was switched meanwhile, or a later answer to the same question came. */
  async #asMe(question, ask, use) {
    const as = this.store.names.me;
    const number = (this.#asked += 1);
    try {
      const answer = await ask(as);
      if (as !== this.store.names.me || number < (this.#answered.get(question) ?? 0)) return;
      this.#answered.set(question, number);
      use(answer);
    } catch (error) {
      this.onError(error);
    }
  }
}
