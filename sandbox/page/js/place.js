// Where the person is: the address is the truth, the store follows it.

import { formatRoute, parseRoute } from "./route.js";

const WHO = "sandbox.as";
const FIRST_CHANNEL = "it-help";

export class Place {
  /** Places that can take the focus after a move, by name. */
  focus = {};

  constructor(store, sync, workspace) {
    Object.assign(this, { store, sync, workspace });
  }

  follow() {
    window.addEventListener("hashchange", () => this.#apply());
    this.#apply();
  }

  /** Changes parts of the place, then gives the focus to `then`. Another channel starts with its messages. */
  go(change, then) {
    const tab = "channel" in change ? null : this.store.route.tab;
    location.hash = formatRoute({ ...this.store.route, tab, ...change });
    this.#apply();
    this.focus[then]?.();
  }

  /** Takes over what the address says and fills in what it leaves out. */
  #apply() {
    const { store, sync } = this;
    const wanted = parseRoute(location.hash);
    const as = personOf(this.workspace, wanted.as);
    const otherPerson = as !== store.names?.me;
    if (otherPerson) this.#become(as);
    const route = { ...wanted, as, ...placeOf(store, wanted) };
    const otherChannel = route.channel !== store.route.channel;
    if (location.hash !== formatRoute(route)) history.replaceState(null, "", formatRoute(route));
    if (JSON.stringify(route) !== JSON.stringify(store.route)) store.setRoute(route);
    if (otherPerson) sync.open();
    else if (otherChannel) sync.loadChannel(route.channel);
  }

  #become(as) {
    const { store } = this;
    store.forget();
    store.route = { ...store.route, channel: null };
    store.setWorkspace(store.workspace ?? this.workspace, as);
    store.set("views", []);
    store.set("home", null);
    localStorage.setItem(WHO, as);
  }
}

function personOf(workspace, wanted) {
  const people = workspace.users.filter((user) => !user.is_bot);
  const known = [wanted, localStorage.getItem(WHO)].find((id) => people.some((user) => user.id === id));
  return known ?? (people.find((user) => user.role === "requester") ?? people[0]).id;
}

/** The wanted place if the person may look into that channel, else #it-help, else their first channel. */
function placeOf(store, { channel, thread, message, tab }) {
  const { names } = store;
  if (names.channel(channel)) return { channel, thread, message, tab: names.hasHome(channel) ? tab : null };
  const first = names.joined.find(({ name }) => name === FIRST_CHANNEL) ?? names.joined[0];
  return { channel: first?.id ?? null, thread: null, message: null, tab: null };
}
