// Block Kit to DOM nodes (Slack docs: "Block Kit reference"). A block that is not known says so instead of vanishing.

import { freshId, h, text } from "./dom.js";
import { element, hooks, image } from "./elements.js";
import { control as inputControl, counter } from "./inputs.js";
import { markdown } from "./markdown.js";
import { mrkdwn, plain } from "./mrkdwn.js";
import { richText } from "./rich_text.js";

const STATUS = {
  pending: ["○", "Waiting"],
  in_progress: ["◐", "Running"],
  complete: ["●", "Done"],
  error: ["✕", "Failed"],
};
const BUILD = {
  header: (block) => h("h2", { class: "block-header" }, plain(block.text?.text, block.text)),
  section,
  context: (block, surface) =>
    h(
      "div",
      { class: "block-context" },
      (block.elements ?? []).map((el) => element(el, block, surface)),
    ),
  divider: () => h("hr", { class: "divider" }),
  actions: (block, surface) =>
    h(
      "div",
      { class: "block-actions" },
      (block.elements ?? []).map((el) => element(el, block, surface)),
    ),
  context_actions: (block, surface) =>
    h(
      "div",
      { class: "block-actions" },
      (block.elements ?? []).map((el) => element(el, block, surface)),
    ),
  markdown: (block, surface) => markdown(block.text, surface.names),
  rich_text: (block, surface) => richText(block, surface.names),
  table,
  data_table: table,
  image: (block) =>
    h("figure", { class: "block-image" }, block.title && h("figcaption", {}, plain(block.title.text)), image(block)),
  input,
  alert: (block, surface) =>
    h(
      "div",
      { class: `block-alert block-alert--${block.level ?? "default"}`, role: "note" },
      textObject(block.text, surface),
    ),
  plan: (block, surface) =>
    h(
      "div",
      { class: "block-plan" },
      h("div", { class: "plan-title" }, text(block.title ?? "")),
      (block.tasks ?? []).map((task) => taskCard(task, surface)),
    ),
  task_card: taskCard,
  container,
};

/** All blocks of a message or view, in order. */
export function renderBlocks(blocks, surface) {
  return blocks.map((block, index) => {
    const known = { block_id: `block-${index}`, ...block };
    const build = BUILD[block.type];
    const node = build ? build(known, surface) : h("p", { class: "unknown" }, "This block cannot be shown here");
    return h("div", { class: "block", "data-block-id": known.block_id, "data-block-type": block.type }, node);
  });
}

function textObject(object, surface) {
  if (!object) return null;
  return h(
    "div",
    { class: "mrkdwn" },
    object.type === "plain_text" ? plain(object.text, object) : mrkdwn(object.text, surface.names),
  );
}

function section(block, surface) {
  const fields = block.fields?.length
    ? h(
        "div",
        { class: "fields" },
        block.fields.map((field) => textObject(field, surface)),
      )
    : null;
  const accessory = block.accessory ? h("div", { class: "accessory" }, element(block.accessory, block, surface)) : null;
  return h(
    "div",
    { class: "block-section" },
    h("div", { class: "section-text" }, textObject(block.text, surface), fields),
    accessory,
  );
}

function table(block, surface) {
  const settings = block.column_settings ?? [];
  const row = (cells, tag) =>
    h(
      "tr",
      {},
      cells.map((cell, index) => {
        const { align = "left", is_wrapped: wrapped = true } = settings[index] ?? {};
        return h(tag, { class: `align-${align}${wrapped ? "" : " nowrap"}` }, cellContent(cell, surface));
      }),
    );
  const [head = [], ...body] = block.rows ?? [];
  return h(
    "div",
    { class: "table-box", tabindex: "0", role: "region", "aria-label": block.caption ?? "Table" },
    h(
      "table",
      { class: "table" },
      block.caption && h("caption", {}, text(block.caption)),
      h("thead", {}, row(head, "th")),
      h(
        "tbody",
        {},
        body.map((cells) => row(cells, "td")),
      ),
    ),
  );
}

function cellContent(cell, surface) {
  if (cell?.type === "rich_text") return richText(cell, surface.names);
  return text(cell?.text ?? cell?.value ?? "");
}

function input(block, surface) {
  const el = block.element ?? {};
  const ids = { field: freshId("field"), label: freshId("label"), error: freshId("error") };
  const field = inputControl(
    el,
    surface.names,
    { id: ids.field, "aria-labelledby": ids.label, "aria-describedby": ids.error, ...hooks(el, block) },
    surface.before(el, block),
  );
  if (!field) return h("p", { class: "unknown" }, "This field cannot be shown here");
  surface.register(el, block, field, { optional: block.optional === true });
  if (block.dispatch_action)
    field.node.addEventListener("change", () => surface.act(el, block, field.read(), field.node));
  return h(
    "div",
    { class: "field" },
    h(
      "label",
      { class: "field-label", id: ids.label, for: ids.field },
      plain(block.label?.text),
      block.optional && h("span", { class: "field-optional" }, " (optional)"),
    ),
    field.node,
    h(
      "div",
      { class: "field-foot" },
      h("div", { class: "field-error", id: ids.error, role: "alert", "data-error-for": block.block_id }),
      el.max_length && field.counted ? counter(el, field.counted) : null,
    ),
    block.hint && h("div", { class: "field-hint" }, plain(block.hint.text)),
  );
}

function taskCard(task, surface) {
  const [sign, word] = STATUS[task.status] ?? STATUS.pending;
  return h(
    "div",
    { class: `task-card task-card--${task.status}` },
    h("span", { class: "task-sign", role: "img", "aria-label": word, title: word }, sign),
    h(
      "div",
      {},
      text(task.title ?? ""),
      task.details && h("div", { class: "task-detail" }, richText(task.details, surface.names)),
      task.output && h("div", { class: "task-detail" }, richText(task.output, surface.names)),
    ),
  );
}

function container(block, surface) {
  const title = block.rich_text_title ? richText(block.rich_text_title, surface.names) : plain(block.title?.text);
  return h(
    "details",
    { class: "block-container", open: !block.default_collapsed },
    h("summary", {}, title, block.subtitle && h("span", { class: "subtitle" }, textObject(block.subtitle, surface))),
    renderBlocks(block.child_blocks ?? [], surface),
  );
}
