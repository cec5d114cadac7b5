// The place in the page as the address says it: #/c/<channel>[/t/<thread>][/m/<message>]?as=<user>&tab=home&drawer=<tab>

const SHAPE = /^#\/c\/([A-Z0-9]+)(?:\/t\/([\d.]+))?(?:\/m\/([\d.]+))?$/;

export function parseRoute(hash) {
  const [path, query = ""] = hash.split("?");
  const [, channel = null, thread = null, message = null] = SHAPE.exec(path) ?? [];
  const params = new URLSearchParams(query);
  return { channel, thread, message, as: params.get("as"), tab: params.get("tab"), drawer: params.get("drawer") };
}

export function formatRoute({ channel, thread, message, as, tab, drawer }) {
  const path = channel ? `#/c/${channel}${thread ? `/t/${thread}` : ""}${message ? `/m/${message}` : ""}` : "#/";
  const params = new URLSearchParams(Object.entries({ as, tab, drawer }).filter(([, value]) => value));
  return params.size ? `${path}?${params}` : path;
}
