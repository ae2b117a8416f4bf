// Cutovers as durable invocations: cutovers.mjs FOLDER COUNT CALLERS ANSWER_AFTER_MS JOURNAL. Restate keeps what it knows in FOLDER. A run that
// was killed, with the server that it starts, is run again with the same words, and goes on. Prints the seconds it took, and the median and 99th
// percentile of an invocation's milliseconds.
import { spawn } from "node:child_process";
import { openSync, writeSync } from "node:fs";
import http from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

// The SDK asks for it; Node 20 does not have it yet.
Promise.withResolvers ??= function () {
  const all = {};
  all.promise = new Promise((resolve, reject) => Object.assign(all, { resolve, reject }));
  return all;
};
const restate = await import("@restatedev/restate-sdk");

const [folder, count, callers, millis, path] = process.argv.slice(2);
const journal = openSync(path, "a");
const [ingress, admin, service, fabric] = [18080, 19070, 19080, 15122];

// The steps of a cutover, and which of them call the world outside.
const STEPS = [["preflight", false], ["route", true], ["port", true], ["verify", true], ["complete", false], ["notify", false]];

const cutovers = restate.service({
  name: "cutovers",
  handlers: {
    cutover: async (ctx, project) => {
      for (const [name, calls] of STEPS) {
        await ctx.run(name, async () => {
          if (calls) {
            // A call takes effect on its way, not when its answer arrives.
            await sleep(millis / 2);
            writeSync(journal, `- ${project} ${name}\n`);
            await sleep(millis / 2);
          }
        });
      }
    },
  },
});
await restate.serve({ services: [cutovers], port: service, logger: () => {} });

// The program itself: what npm puts before it would be killed alone.
const server = spawn(`node_modules/@restatedev/restate-server-${process.platform}-${process.arch}/bin/restate-server`, ["--base-dir", folder, "--node-name", "cutovers"], {
  cwd: import.meta.dirname,
  stdio: "ignore",
  env: {
    ...process.env,
    RESTATE_INGRESS__BIND_ADDRESS: `127.0.0.1:${ingress}`, RESTATE_ADMIN__BIND_ADDRESS: `127.0.0.1:${admin}`,
    RESTATE_BIND_ADDRESS: `127.0.0.1:${fabric}`, RESTATE_ADVERTISED_ADDRESS: `http://127.0.0.1:${fabric}`,
    RESTATE_DISABLE_TELEMETRY: "true",
  },
});

const agent = new http.Agent({ keepAlive: true, maxSockets: 256 });
function post(port, path, body, headers = {}) {
  return new Promise((resolve, reject) => {
    const request = http.request({ host: "127.0.0.1", port, path, method: "POST", agent, headers: { "content-type": "application/json", ...headers } }, (answer) => {
      answer.resume();
      answer.on("end", () => (answer.statusCode < 300 ? resolve() : reject(new Error(`${path}: ${answer.statusCode}`))));
    });
    request.on("error", reject);
    request.end(JSON.stringify(body));
  });
}
async function until(work) {
  for (;;) {
    try {
      return await work();
    } catch {
      await sleep(50);
    }
  }
}
await until(() => post(admin, "/deployments", { uri: `http://127.0.0.1:${service}`, force: true }));

let next = 0;
const took = [];
async function caller() {
  while (next < count) {
    const [project, start] = [`project-${next++}`, performance.now()];
    await until(() => post(ingress, "/cutovers/cutover", project, { "idempotency-key": project }));
    took.push(performance.now() - start);
  }
}
// What the first call pays for is not measured, as with the others, which have launched by now.
await until(() => post(ingress, "/cutovers/cutover", "warm-up", { "idempotency-key": "warm-up" }));
const start = performance.now();
await Promise.all(Array.from({ length: callers }, caller));
const seconds = (performance.now() - start) / 1000;
took.sort((one, other) => one - other);
console.log(seconds, took[Math.floor(took.length / 2)], took[Math.floor((took.length * 99) / 100)]);
server.kill("SIGKILL");
process.exit(0);
