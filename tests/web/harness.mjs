// A server and a browser for the tests of the page.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import axe from "axe-core";
import { chromium } from "playwright-core";

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), "..", "..");
export const program = process.env.GENRE ?? path.join(root, "build/release/bin/genre");
export const shared = process.env.GENRE_SHARED_DIR ?? path.join(root, "..", "shared");
export const example = path.join(root, "examples/clip.wav");
export const clip = (name) => path.join(shared, "data/gtzan/clips", name);
export const withoutClips = existsSync(clip("reggae.00000.wav"))
  ? false
  : "needs the clips of ../shared/data/gtzan";
export const weights = path.join(shared, "models/mn04_as_mAP_432.pt");
export const withoutWeights = existsSync(weights) ? false : "needs the weights of ../shared/models";

export const withoutFfmpeg = spawnSync("ffmpeg", ["-version"]).error
  ? "needs Debian's package ffmpeg"
  : false;

// { url, stop() } of a server with these flags, on a port of its own if they name none.
export async function serve(...flags) {
  const port = flags.includes("--port") ? [] : ["--port", "0"];
  const server = spawn(program, ["serve", "--quiet", ...port, ...flags], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  for await (const line of createInterface({ input: server.stdout })) {
    const [, url] = line.match(/^listening on (.*)$/) ?? [];
    if (!url) continue;
    while (!(await fetch(`${url}/readyz`)).ok);
    return {
      url,
      async stop() {
        if (server.exitCode !== null) return;
        server.kill();
        await once(server, "exit");
      },
    };
  }
  throw new Error("the server ended before it listened");
}

// What the API answers to the page's request.
export async function predict(url, file) {
  const form = new FormData();
  form.append("file", new Blob([await readFile(file)]), path.basename(file));
  const response = await fetch(`${url}/v1/predict?features=gtzan26`, {
    method: "POST",
    body: form,
  });
  return response.json();
}

export const percent = (share) => {
  if (share > 0 && share < 0.005) return "< 1 %";
  if (share < 1 && share > 0.995) return "> 99 %";
  return `${Math.round(share * 100)} %`;
};

let browser;

async function launch() {
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox", // as root, as CI is
      "--use-fake-device-for-media-stream", // a microphone that beeps
      "--use-fake-ui-for-media-stream",
    ],
  });
}

// What a file of tests needs beside the browser: a server, and a folder.
const started = {};

export async function start() {
  await Promise.all([
    launch(),
    serve().then((server) => (started.server = server)),
    mkdtemp(path.join(tmpdir(), "genre-page-")).then((folder) => (started.folder = folder)),
  ]);
  return started;
}

// Also after a start that failed.
export const stop = () =>
  Promise.all([
    browser?.close(),
    started.server?.stop(),
    started.folder && rm(started.folder, { recursive: true }),
  ]);

// Opens the page and hands it to use; afterwards nothing may have gone wrong in it unseen.
// expected: what the console may say, of answers that are errors.
export async function visit(url, use, { expected = /^$/, to = "/", ...options } = {}) {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    ...options,
  });
  const wrong = [];
  const page = await context.newPage();
  page.on("pageerror", (error) => wrong.push(error.message));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type()) && !expected.test(message.text())) {
      wrong.push(message.text());
    }
  });
  page.on("request", (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol.startsWith("http") && origin !== url) wrong.push(`a request to ${origin}`);
  });
  try {
    await page.goto(url + to);
    await use(page);
    assert.deepEqual(wrong, []);
  } finally {
    await context.close();
  }
}

export const choose = (page, ...files) => page.setInputFiles("input[type=file]", files);

// As a hand would drop them on the page.
export async function drop(page, ...files) {
  const contents = await Promise.all(
    files.map(async (file) => [path.basename(file), (await readFile(file)).toString("base64")]),
  );
  await page.evaluate((all) => {
    const data = new DataTransfer();
    for (const [name, base64] of all) {
      const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
      data.items.add(new File([bytes], name));
    }
    for (const type of ["dragenter", "dragover", "drop"]) {
      const target = document.querySelector("main");
      target.dispatchEvent(
        new DragEvent(type, {
          dataTransfer: data,
          bubbles: true,
          cancelable: true,
        }),
      );
    }
  }, contents);
}

// A folder of this machine, as a file manager would drop it on the page.
export async function dropFolder(page, folder) {
  const client = await page.context().newCDPSession(page);
  const data = { items: [], files: [folder], dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"]) {
    await client.send("Input.dispatchDragEvent", { type, x: 200, y: 200, data });
  }
}

// The picture of a page in docs/, where that is asked for: GENRE_PICTURES=docs.
export async function picture(page, name) {
  const folder = process.env.GENRE_PICTURES;
  if (folder) await page.screenshot({ path: path.resolve(root, folder, name) });
}

export const done = (page) => page.locator(".verdict").waitFor();
export const textOf = (page, selector) => page.locator(selector).innerText();

// The rules of axe-core that the page breaks.
export async function violations(page) {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document));
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`);
}

// 8-bit mono at 8 kHz: a tone that swells.
export function wav(seconds) {
  const rate = 8000;
  const head = Buffer.alloc(44);
  head.write("RIFF", 0);
  head.writeUInt32LE(36 + rate * seconds, 4);
  head.write("WAVEfmt ", 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate, 28);
  head.writeUInt16LE(1, 32);
  head.writeUInt16LE(8, 34);
  head.write("data", 36);
  head.writeUInt32LE(rate * seconds, 40);
  const samples = Buffer.alloc(rate * seconds, 0);
  for (let i = 0; i < samples.length; ++i) {
    samples[i] = 128 + ((i % rate) / 100) * Math.sin((2 * Math.PI * 440 * i) / rate);
  }
  return Buffer.concat([head, samples]);
}
