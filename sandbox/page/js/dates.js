// Times in the viewer's own zone and language; Slack's date tokens (Slack docs: "Formatting text for app surfaces").

const DAY = 86_400_000;

/** Slack's `ts` ("1700000000.000100") or any number of seconds as a Date. */
export function fromTs(ts) {
  return new Date(Number(ts) * 1000);
}

function show(date, options) {
  return new Intl.DateTimeFormat(undefined, options).format(date);
}

export function clock(date) {
  return show(date, { hour: "2-digit", minute: "2-digit" });
}

/** "10:42:07.120": steps of the protocol are often milliseconds apart. */
export function clockExact(date) {
  return show(date, {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    fractionalSecondDigits: 3,
    hourCycle: "h23",
  });
}

/** For title attributes: the full moment with seconds and zone. */
export function exact(date) {
  return show(date, { dateStyle: "full", timeStyle: "long" });
}

function dayNumber(date) {
  return Math.floor((date.getTime() - date.getTimezoneOffset() * 60_000) / DAY);
}

function nearDay(date, now) {
  return { "-1": "yesterday", 0: "today", 1: "tomorrow" }[dayNumber(date) - dayNumber(now)];
}

/** "Today", "Yesterday", or "Monday, 5 January". */
export function dayLabel(date, now = new Date()) {
  const near = nearDay(date, now);
  if (near) return near[0].toUpperCase() + near.slice(1);
  return show(date, { weekday: "long", day: "numeric", month: "long", ...yearIfOther(date, now) });
}

/** "today at 10:42", "on Monday, 5 January at 10:42". */
export function dayAndTime(date, now = new Date()) {
  return `${nearDay(date, now) ?? `on ${dayLabel(date, now)}`} at ${clock(date)}`;
}

/** "just now", "3 minutes ago", "in 2 hours". */
export function relative(date, now = new Date()) {
  const seconds = Math.round((date - now) / 1000);
  const format = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });
  if (Math.abs(seconds) < 45) return "just now";
  if (Math.abs(seconds) < 2700) return format.format(Math.round(seconds / 60), "minute");
  if (Math.abs(seconds) < 79_200) return format.format(Math.round(seconds / 3600), "hour");
  return format.format(Math.round(seconds / 86_400), "day");
}

function yearIfOther(date, now) {
  return date.getFullYear() === now.getFullYear() ? {} : { year: "numeric" };
}

function dateParts(date, now) {
  const year = yearIfOther(date, now);
  const long = show(date, { weekday: "long", day: "numeric", month: "long", ...year });
  const plain = show(date, { day: "numeric", month: "long", ...year });
  const short = show(date, { day: "numeric", month: "short", ...year });
  const near = nearDay(date, now);
  return {
    date_num: [date.getFullYear(), date.getMonth() + 1, date.getDate()]
      .map((n) => String(n).padStart(2, "0"))
      .join("-"),
    date: plain,
    date_short: short,
    date_long: long,
    date_long_full: long,
    date_pretty: near ?? plain,
    date_short_pretty: near ?? short,
    date_long_pretty: near ?? long,
    day_divider_pretty: near ?? long,
    time: clock(date),
    time_secs: show(date, { hour: "2-digit", minute: "2-digit", second: "2-digit" }),
    ago: relative(date, now),
  };
}

/** Fills the tokens of a Slack date format; unknown tokens stay as written. */
export function slackDate(seconds, format, now = new Date()) {
  const parts = dateParts(fromTs(seconds), now);
  return format.replace(/\{([a-z_]+)\}/g, (whole, token) => parts[token] ?? whole);
}
