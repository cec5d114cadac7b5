// Puts the page together: one store, one API, one address.

import { createApi } from "./api.js";
import { Channel } from "./channel.js";
import { toast } from "./dialogs.js";
import { h } from "./dom.js";
import { Drawer } from "./drawer.js";
import { createModal } from "./modal.js";
import { Place } from "./place.js";
import { Sidebar } from "./sidebar.js";
import { Store } from "./store.js";
import { Sync } from "./sync.js";
import { Thread } from "./thread.js";
import { Topbar } from "./topbar.js";

const SPOKEN = 200; // characters of a new message that are read out

async function main() {
  const store = new Store();
  const api = createApi();
  const sync = new Sync(store, api, (error) => toast(error.detail ?? String(error)));
  const place = new Place(store, sync, await api.workspace());
  const parts = build(store, api, sync, place);
  document.querySelector("#app").replaceChildren(...parts);
  place.follow();
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) sync.markRead(store.route.channel);
  });
}

function build(store, api, sync, place) {
  const live = h("div", { class: "visually-hidden", "aria-live": "polite", "data-testid": "announcer" });
  const ctx = { store, api, go: (change, then) => place.go(change, then), announce: announceIn(live) };
  const toggleDrawer = () => place.go({ drawer: store.route.drawer ? null : "steps" });
  const topbar = new Topbar({ ...ctx, toggleDrawer, toggleSidebar: () => openSidebar(topbar, "toggle") });
  const closeDrawer = () => openSidebar(topbar, false);
  const sidebar = new Sidebar({ ...ctx, closeDrawer });
  const shade = h("button", {
    type: "button",
    class: "shade",
    "aria-label": "Close channels",
    tabindex: "-1",
    onclick: closeDrawer,
  });
  const channel = new Channel(ctx);
  const thread = new Thread(ctx);
  createModal({ ...ctx, reload: () => sync.loadViews() });
  place.focus = {
    // A phone would open its keyboard, over what the person came to read.
    composer: () => matchMedia("(hover: hover)").matches && channel.composer.focus(),
    thread: () => thread.composer.focus(),
  };
  store.on("route", () => document.body.classList.toggle("with-thread", Boolean(store.route.thread)));
  const panes = [sidebar.element, shade, channel.element, thread.element, new Drawer(ctx).element];
  return [topbar.element, topbar.lost, ...panes, live];
}

function openSidebar(topbar, how) {
  const { classList } = document.body;
  const on = how === "toggle" ? !classList.contains("with-sidebar") : how;
  classList.toggle("with-sidebar", on);
  topbar.burger.setAttribute("aria-expanded", String(on));
}

/** Tells screen readers of a new message, in one short sentence. */
function announceIn(live) {
  return (store, message) => {
    const name = store.names.user(message.user)?.real_name ?? "";
    const words = (message.text ?? "").replace(/<[^>]*>/g, "").slice(0, SPOKEN);
    live.textContent = `${message.ephemeral ? "Only to you, " : ""}${name}: ${words}`;
  };
}

main().catch((error) => {
  const words = `The workspace could not be loaded. ${error.detail ?? error}`;
  const advice = " Check that “python -m sandbox” is running, then reload.";
  document.querySelector("#app").replaceChildren(h("p", { class: "fatal", role: "alert" }, words, advice));
});
