// The npm `ably` client, obeying orders: one JSON object a line in, one a line out.
// It is told nothing of Ably and decides nothing; the cases are in Python.

import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import path from "node:path";
import { readFileSync } from "node:fs";

const modules = path.resolve(process.argv[2], "x.js");
const require = createRequire(modules);
const Ably = require("ably");
const manifest = path.resolve(process.argv[2], "node_modules", "ably", "package.json");
const { version } = JSON.parse(readFileSync(manifest, "utf-8"));

const clients = new Map();
const asked = new Map();
let asks = 0;

const write = (line) => process.stdout.write(JSON.stringify(line, (_, value) => value) + "\n");

function plain(value) {
  if (value === undefined || value === null) return null;
  if (Buffer.isBuffer(value) || value instanceof Uint8Array || value instanceof ArrayBuffer)
    return { $b64: Buffer.from(value).toString("base64") };
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === "object")
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, v]) => v !== undefined && typeof v !== "function")
        .map(([k, v]) => [k, plain(v)]),
    );
  return value;
}

function given(value) {
  if (Array.isArray(value)) return value.map(given);
  if (value && typeof value === "object") {
    if ("$b64" in value) return Buffer.from(value.$b64, "base64");
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, given(v)]));
  }
  return value;
}

const error = (bad) =>
  bad
    ? {
        code: bad.code ?? null,
        statusCode: bad.statusCode ?? null,
        message: String(bad.message ?? bad),
        cause: bad.cause?.code ?? null,
      }
    : null;

const message = (m) =>
  plain({
    id: m.id,
    name: m.name,
    data: m.data ?? null,
    encoding: m.encoding ?? null,
    clientId: m.clientId,
    connectionId: m.connectionId,
    timestamp: m.timestamp,
    extras: m.extras,
    serial: m.serial,
    action: m.action,
    version: m.version?.serial,
    operation: m.version?.description && { by: m.version.clientId, why: m.version.description },
    summary: Object.keys(m.annotations?.summary ?? {}).length ? m.annotations.summary : undefined,
  });

const note = (a) =>
  plain({
    action: a.action,
    type: a.type,
    name: a.name,
    clientId: a.clientId,
    count: a.count,
    data: a.data ?? null,
    messageSerial: a.messageSerial,
    serial: a.serial,
    id: a.id,
  });

// The plugin for deltas (PC3): as much of VCDIFF (RFC 3284) as copies and additions need.
function undelta(delta, base) {
  let at = 6;
  const number = () => {
    let value = 0;
    let digit;
    do value = value * 128 + ((digit = delta[at++]) & 127);
    while (digit & 128);
    return value;
  };
  number(), number(), number();
  const made = new Uint8Array(number());
  at += 1;
  const [data, instructions] = [number(), number(), number()];
  let from = at;
  let address = at + data + instructions;
  at += data;
  for (let done = 0; done < made.length; ) {
    const adds = delta[at++] === 1;
    const size = number();
    let piece;
    if (adds) piece = delta.subarray(from, (from += size));
    else {
      const next = at;
      at = address;
      const start = number();
      [address, at] = [at, next];
      piece = base.subarray(start, start + size);
    }
    made.set(piece, done);
    done += size;
  }
  return made;
}

function options(order) {
  const o = order.options;
  const made = {
    endpoint: o.host,
    port: o.port,
    tls: false,
    fallbackHosts: [],
    autoConnect: false,
    disableConnectivityCheck: true,
    useBinaryProtocol: o.format === "msgpack",
    logLevel: 0,
    transports: ["web_socket"],
    plugins: { vcdiff: { decode: undelta } },
    closeOnUnload: false,
    disconnectedRetryTimeout: o.disconnected,
    suspendedRetryTimeout: o.suspended,
    realtimeRequestTimeout: o.request,
    webSocketConnectTimeout: o.request,
    webSocketSlowTimeout: o.request,
    channelRetryTimeout: o.channel,
    connectionStateTtl: o.ttl,
  };
  for (const name of ["key", "token", "tokenDetails", "authUrl", "authMethod", "authParams"])
    if (o[name] !== undefined) made[name] = o[name];
  if (o.clientId !== undefined) made.clientId = o.clientId;
  if (o.echo === false) made.echoMessages = false;
  if (o.queue === false) made.queueMessages = false;
  if (o.recover !== undefined) made.recover = o.recover;
  if (o.useTokenAuth) made.useTokenAuth = true;
  if (o.asks)
    made.authCallback = (params, done) => {
      const ask = ++asks;
      asked.set(ask, done);
      write({ on: order.on, ev: "token", ask, params: plain(params) });
    };
  return made;
}

function watch(name, client) {
  client.connection.on((change) =>
    write({
      on: name,
      ev: "state",
      previous: change.previous,
      current: change.current,
      event: change.current === change.previous ? "update" : change.current,
      reason: error(change.reason),
      retryIn: change.retryIn ?? null,
    }),
  );
}

function channel(client, order) {
  const wanted = {};
  if (order.params) wanted.params = order.params;
  if (order.modes) wanted.modes = order.modes.map((mode) => mode.toUpperCase());
  if (order.cipher) wanted.cipher = { key: order.cipher };
  const set = Object.keys(wanted).length > 0;
  const found = client.channels.get(order.channel, set ? wanted : undefined);
  if (!client.watched.has(order.channel)) {
    client.watched.add(order.channel);
    found.on((change) =>
      write({
        on: client.label,
        ev: "channel",
        channel: order.channel,
        previous: change.previous,
        current: change.current,
        event: change.current === change.previous ? "update" : change.current,
        resumed: change.resumed ?? false,
        reason: error(change.reason),
      }),
    );
  }
  return found;
}

const page = (found) => ({ items: found.items.map(message), next: found.hasNext() });

const obey = {
  async make(_, order) {
    const client = new Ably.Realtime(options(order));
    client.label = order.on;
    client.watched = new Set();
    clients.set(order.on, client);
    watch(order.on, client);
    if (order.connect !== false) client.connect();
  },
  async connect(client) {
    client.connect();
  },
  async close(client) {
    client.close();
  },
  async ping(client) {
    return await client.connection.ping();
  },
  async attach(client, order) {
    const it = channel(client, order);
    await it.attach();
    return plain({ params: it.params, modes: it.modes });
  },
  async detach(client, order) {
    await channel(client, order).detach();
  },
  async subscribe(client, order) {
    await channel(client, order).subscribe((m) =>
      write({ on: order.on, ev: "message", channel: order.channel, message: message(m) }),
    );
  },
  async publish(client, order) {
    const messages = given(order.messages);
    const result = await channel(client, order).publish(messages.length === 1 ? messages[0] : messages);
    return plain(result?.serials);
  },
  async rest_publish(client, order) {
    const rest = new Ably.Rest(options({ ...order, on: order.on }));
    return plain(await rest.channels.get(order.channel).publish(given(order.messages)));
  },
  async change(client, order) {
    const { act, message: what, operation } = given(order);
    const rest = order.rest ? new Ably.Rest(options(order)).channels.get(order.channel) : null;
    const target = rest ?? channel(client, order);
    const done = await target[`${act}Message`](Ably.Realtime.Message.fromValues(what), operation);
    return plain(done?.versionSerial ?? done?.serial);
  },
  async get_message(client, order) {
    return message(await channel(client, order).getMessage(order.serial));
  },
  async versions(client, order) {
    let found = await channel(client, order).getMessageVersions(order.serial, order.query ?? {});
    const pages = [page(found)];
    while (found.hasNext()) pages.push(page((found = await found.next())));
    return pages;
  },
  async annotate(client, order) {
    const rest = order.rest ? new Ably.Rest(options(order)).channels.get(order.channel) : null;
    const { annotations } = rest ?? channel(client, order);
    await annotations[order.act ?? "publish"](order.serial, given(order.note));
  },
  async list_annotations(client, order) {
    let found = await channel(client, order).annotations.get(order.serial, order.query ?? {});
    const pages = [{ items: found.items.map(note) }];
    while (found.hasNext()) pages.push({ items: (found = await found.next()).items.map(note) });
    return pages;
  },
  async watch_annotations(client, order) {
    await channel(client, order).annotations.subscribe((a) =>
      write({ on: order.on, ev: "annotation", channel: order.channel, message: note(a) }),
    );
  },
  async batch(client, order) {
    const rest = new Ably.Rest(options(order));
    return plain(await rest.batchPublish(given(order.spec)));
  },
  async batch_presence(client, order) {
    const rest = new Ably.Rest(options(order));
    return plain(await rest.batchPresence(order.channels));
  },
  async request(client, order) {
    const rest = new Ably.Rest(options(order));
    const found = await rest.request(order.method, order.path, 3, order.query ?? {}, order.body ?? null, {});
    return plain({ status: found.statusCode, items: found.items, code: found.errorCode });
  },
  async presence(client, order) {
    const presence = channel(client, order).presence;
    const data = given(order.data);
    if (order.clientId !== undefined)
      await presence[`${order.action}Client`](order.clientId, data ?? undefined);
    else await presence[order.action](data ?? undefined);
  },
  async members(client, order) {
    const found = await channel(client, order).presence.get(order.filter ?? {});
    return found.map((m) => ({ ...message(m), action: m.action }));
  },
  async watch_presence(client, order) {
    await channel(client, order).presence.subscribe((m) =>
      write({ on: order.on, ev: "presence", channel: order.channel, message: message(m) }),
    );
  },
  async history(client, order) {
    let found = await channel(client, order).history(order.query ?? {});
    const pages = [page(found)];
    while (order.all && found.hasNext()) pages.push(page((found = await found.next())));
    return pages;
  },
  async presence_history(client, order) {
    return [page(await channel(client, order).presence.history(order.query ?? {}))];
  },
  async rest_members(client, order) {
    const rest = new Ably.Rest(options({ ...order, on: order.on }));
    return page(await rest.channels.get(order.channel).presence.get(order.query ?? {}));
  },
  async status(client, order) {
    return plain(await channel(client, order).status());
  },
  async stats(client) {
    return (await client.stats()).items.length;
  },
  async time(client) {
    return await client.time();
  },
  async request_token(client, order) {
    return plain(await client.auth.requestToken(order.params ?? null));
  },
  async sign(client, order) {
    return plain(await client.auth.createTokenRequest(order.params ?? null));
  },
  async authorize(client, order) {
    return plain(await client.auth.authorize(order.params ?? null, order.auth ?? null));
  },
  async recovery_key(client) {
    return client.connection.createRecoveryKey() ?? null;
  },
  async state(client) {
    const it = client.connection;
    return {
      state: it.state,
      id: it.id ?? null,
      key: it.key ?? null,
      error: error(it.errorReason),
      clientId: client.auth.clientId ?? null,
    };
  },
  async token(_, order) {
    const done = asked.get(order.ask);
    asked.delete(order.ask);
    if (order.error) done(Object.assign(new Error(order.error.message), order.error), null);
    else done(null, order.token);
  },
  async drop(client) {
    // As a broken network: the socket of the transport is destroyed, the client is not asked.
    client.connection.connectionManager.activeProtocol.getTransport().wsConnection._socket.destroy();
  },
  async gone(client, order) {
    clients.delete(order.on);
    client.connection.off();
    client.close();
  },
};

process.on("uncaughtException", (bad) => write({ ev: "uncaught", message: String(bad) }));
process.on("unhandledRejection", (bad) => write({ ev: "uncaught", message: String(bad) }));

write({ ev: "ready", version, runtime: process.version });

createInterface({ input: process.stdin }).on("line", async (line) => {
  const order = JSON.parse(line);
  try {
    const value = await obey[order.do](clients.get(order.on), order);
    write({ ref: order.ref, ok: true, value: value ?? null });
  } catch (bad) {
    write({ ref: order.ref, ok: false, error: error(bad) });
  }
}).on("close", () => process.exit(0));
