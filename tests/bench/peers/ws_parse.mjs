// node `ws` + JSON.parse of every message, nothing kept: the peer that the pipeline is held against.
// NODE_PATH is not read by ES modules, so the folder with node_modules comes as an argument.
import { createRequire } from "node:module";
const [folder, port] = process.argv.slice(2);
const WebSocket = createRequire(folder + "/")("ws");
const socket = new WebSocket(`ws://127.0.0.1:${port}/?key=a.b:c&v=6&format=json`, {
  perMessageDeflate: false,
});
let first = 0n;
let count = 0;
socket.on("message", (data) => {
  const message = JSON.parse(data);
  if (message.action === 4) socket.send('{"action":10,"channel":"c"}');
  if (message.action !== 15) return;
  if (count === 0) first = process.hrtime.bigint();
  count += 1;
  if (message.messages[0].name === "end") {
    const seconds = Number(process.hrtime.bigint() - first) / 1e9;
    console.log(JSON.stringify({ count, seconds }));
    process.exit(0);
  }
});
