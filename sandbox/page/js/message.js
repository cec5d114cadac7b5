// One message: who, when, what, and what can be done with it.

import { avatar } from "./avatar.js";
import { renderBlocks } from "./blocks.js";
import { clock, dayAndTime, dayLabel, exact, fromTs } from "./dates.js";
import { confirmDialog, toast } from "./dialogs.js";
import { copyText, h, link, text } from "./dom.js";
import { image } from "./elements.js";
import { emojiFor } from "./emoji.js";
import { icon } from "./icons.js";
import { mrkdwn } from "./mrkdwn.js";
import { formatRoute } from "./route.js";
import { createSurface } from "./surface.js";

const GROUP_SECONDS = 300;
const contents = new WeakMap();

/** Items for `reconcile`: day lines and messages, oldest first. `ctx` is {store, api, go, channel, thread?}. */
export function messageItems(messages, ctx, replies = new Map()) {
  const items = [];
  let before = null;
  for (const message of messages) {
    const day = dayLabel(fromTs(message.ts));
    const newDay = !before || dayLabel(fromTs(before.ts)) !== day;
    if (newDay)
      items.push({
        key: `day ${day}`,
        signature: day,
        render: () => h("div", { class: "day", role: "separator", "aria-label": day }, h("span", {}, day)),
      });
    const view = { message, grouped: !newDay && sameBreath(before, message), replies: replies.get(message.ts) ?? [] };
    const signature = JSON.stringify([view, ctx.store.names.me, ctx.thread]);
    items.push({
      key: message.ephemeral ? `${message.ts} ephemeral` : message.ts,
      signature,
      render: (previous) => render(view, ctx, previous),
    });
    before = message;
  }
  return items;
}

function sameBreath(a, b) {
  return (
    a.user === b.user &&
    !a.ephemeral &&
    !b.ephemeral &&
    a.subtype === b.subtype &&
    Number(b.ts) - Number(a.ts) < GROUP_SECONDS
  );
}

function render(view, ctx, previous) {
  const { message, grouped } = view;
  const at = fromTs(message.ts);
  const author = authorOf(message, ctx.store.names);
  const root = ctx.thread === message.ts;
  const content = contentFor(message, ctx, previous);
  const node = h(
    "article",
    {
      class: `message${grouped ? " message--grouped" : ""}${message.ephemeral ? " message--private" : ""}`,
      tabindex: "-1",
      "data-ts": message.ts,
      "data-testid": `${root ? "thread-root" : "message"}-${message.ts}`,
      "aria-label": `${author.name}, ${clock(at)}`,
    },
    h(
      "div",
      { class: "gutter" },
      grouped
        ? h("time", { class: "gutter-time", datetime: at.toISOString(), title: exact(at) }, clock(at))
        : avatar(author),
    ),
    h(
      "div",
      { class: "message-body" },
      message.ephemeral && privateNote(),
      !grouped && head(author, at),
      content.node,
      reactions(message),
      threadLine(view, ctx),
    ),
    toolbar(message, ctx),
  );
  contents.set(node, content);
  return node;
}

/** The blocks survive when only something around them changed: a warning, an open menu or a half-filled field stays. */
function contentFor(message, ctx, previous) {
  const { blocks, text: words, attachments, files, edited, streaming } = message;
  const signature = JSON.stringify([blocks, words, attachments, files, edited, streaming]);
  const kept = previous && contents.get(previous);
  if (kept?.signature === signature) return kept;
  const surface = createSurface({
    names: ctx.store.names,
    api: ctx.api,
    target: { channel: ctx.channel, ts: message.ts },
  });
  const shown = blocks?.length
    ? renderBlocks(blocks, surface)
    : h("div", { class: "mrkdwn" }, mrkdwn(words, ctx.store.names));
  const mark = edited && h("span", { class: "edited", title: exact(fromTs(edited.ts)) }, "(edited)");
  const node = h(
    "div",
    { class: `content${streaming ? " content--streaming" : ""}` },
    shown,
    (attachments ?? []).map((one) => attachment(one, surface)),
    (files ?? []).map(fileCard),
    mark,
  );
  return { signature, node };
}

function attachment(one, surface) {
  const inner = one.blocks?.length
    ? renderBlocks(one.blocks, surface)
    : h("div", { class: "mrkdwn" }, one.from_url ? preview(one) : mrkdwn(one.text ?? one.fallback, surface.names));
  return h("div", { class: "attachment" }, inner);
}

function preview({ from_url: url, title }) {
  return link(url, text(title ?? url));
}

function fileCard(file) {
  const size = file.size < 1024 ? `${file.size} bytes` : `${Math.ceil(file.size / 1024)} KB`;
  const about = h("span", { class: "muted" }, text(`${file.pretty_type} · ${size}`));
  const shown = /^image\/(png|jpeg|gif|webp)$/.test(file.mimetype) && {
    image_url: file.url_private,
    alt_text: file.alt_txt ?? file.title,
  };
  const name = link(file.url_private_download, text(file.title ?? file.name));
  const keep = h("a", { class: "file-keep", href: file.url_private_download, download: file.name }, "Download");
  const picture = shown && h("div", { class: "file-image" }, image(shown));
  return h("div", { class: "attachment file" }, name, about, keep, picture);
}

function authorOf(message, names) {
  const user = names.user(message.user);
  const name =
    message.username ?? user?.real_name ?? (message.subtype === "tombstone" ? "Slackbot" : (message.user ?? "Unknown"));
  return { id: message.user ?? name, name, app: Boolean(message.bot_id || user?.is_bot) };
}

function head(author, at) {
  return h(
    "div",
    { class: "message-head" },
    h("span", { class: "author" }, text(author.name)),
    author.app && h("span", { class: "badge" }, "App"),
    h("time", { class: "message-time", datetime: at.toISOString(), title: exact(at) }, clock(at)),
  );
}

function privateNote() {
  return h("div", { class: "private-note" }, icon("eye"), "Only visible to you");
}

function reactions(message) {
  if (!message.reactions?.length) return null;
  return h(
    "div",
    { class: "reactions" },
    message.reactions.map(({ name, count }) =>
      h("span", { class: "reaction", title: `:${name}:` }, `${emojiFor(name) ?? `:${name}:`} ${count}`),
    ),
  );
}

function threadLine({ message, replies }, ctx) {
  const count = replies.length || (ctx.thread ? 0 : (message.reply_count ?? 0));
  if (!count || ctx.thread) return null;
  const people = [...new Set(replies.map((reply) => reply.user))]
    .slice(0, 4)
    .map((id) => avatar(authorOf({ user: id }, ctx.store.names), "avatar--small"));
  const last = replies.at(-1) && fromTs(replies.at(-1).ts);
  return h(
    "button",
    {
      type: "button",
      class: "thread-line",
      "data-testid": `replies-${message.ts}`,
      onclick: () => ctx.go({ thread: message.ts, message: null }),
    },
    h("span", { class: "facepile" }, people),
    h("strong", {}, count === 1 ? "1 reply" : `${count} replies`),
    last && h("span", { class: "muted", title: exact(last) }, `Last reply ${dayAndTime(last)}`),
  );
}

function toolbar(message, ctx) {
  if (message.ephemeral) return null;
  const tool = (label, name, run, hook) =>
    h(
      "button",
      { type: "button", class: "tool", "aria-label": label, title: label, onclick: run, ...hook },
      icon(name),
    );
  const mine = message.user === ctx.store.names.me;
  return h(
    "div",
    { class: "toolbar", role: "toolbar", "aria-label": "Message actions" },
    !ctx.thread &&
      tool(
        "Reply in thread",
        "reply",
        () => ctx.go({ thread: message.thread_ts ?? message.ts, message: null }, "thread"),
        { "data-testid": `reply-${message.ts}` },
      ),
    tool("Copy link", "link", () => copyLink(message, ctx)),
    mine && tool("Delete message", "trash", () => remove(message, ctx)),
  );
}

async function copyLink(message, ctx) {
  const place = formatRoute({ channel: ctx.channel, thread: message.thread_ts ?? null, message: message.ts });
  const copied = await copyText(`${location.origin}${location.pathname}${place}`);
  toast(copied ? "Link copied" : "The browser did not allow copying");
}

async function remove(message, ctx) {
  const sure = await confirmDialog({
    title: "Delete this message?",
    body: "It goes away for everybody.",
    ok: "Delete",
    danger: true,
  });
  if (!sure) return;
  await ctx.api
    .remove({ as: ctx.store.names.me, channel: ctx.channel, ts: message.ts })
    .catch((error) => toast(error.detail));
}
