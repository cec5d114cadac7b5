// The control API of the sandbox, call by call (sandbox/control/). Every failure is an ApiError.

export class ApiError extends Error {
  constructor(status, code, detail) {
    super(detail || code);
    this.status = status;
    this.code = code;
    this.detail = detail || code;
  }
}

export function createApi(base = "/sandbox") {
  const get = (path) => request(`${base}${path}`);
  const post = (path, body = {}) =>
    request(`${base}${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
  const id = encodeURIComponent;
  return {
    workspace: () => get("/workspace"),
    messages: (channel, as) => get(`/channels/${id(channel)}/messages?as=${id(as)}`).then((answer) => answer.messages),
    send: (message) => post("/messages", message),
    remove: (message) => post("/messages/delete", message),
    act: (action) => post("/actions", action),
    submitView: (view, as, values) => post(`/views/${id(view)}/submit`, { as, values }),
    closeView: (view, as) => post(`/views/${id(view)}/close`, { as }),
    command: (command) => post("/commands", command),
    home: (as) => get(`/home?as=${id(as)}`).then((answer) => answer.view),
    openApp: (as, tab) => post("/home", { as, tab }),
    markRead: (as, channel, ts) => post("/open", { as, channel, ts }),
    views: (as) => get(`/views?as=${id(as)}`).then((answer) => answer.stack),
    steps: (after) => get(`/steps?after=${after}`).then((answer) => answer.steps),
    bot: () => get("/bot"),
    killBot: () => post("/bot/kill"),
    killAfterSend: (armed) => post("/bot/kill_after_send", { armed }),
    restartBot: () => post("/bot/restart"),
    googleUsers: () => get("/google/users").then((answer) => answer.users ?? answer),
    events: (as) => new EventSource(`${base}/events?as=${id(as)}`),
  };
}

async function request(url, options) {
  let response;
  try {
    response = await fetch(url, { cache: "no-store", ...options }); // one slow answer must not hold up the next
  } catch {
    throw new ApiError(0, "unreachable", "The sandbox did not answer. Is it still running?");
  }
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new ApiError(response.status, body.error ?? `http_${response.status}`, body.detail);
  return body;
}
