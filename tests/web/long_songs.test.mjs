// Long files, which the page sends as jobs: Prefer: respond-async.
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, test } from "node:test";
import {
  choose,
  done,
  example,
  picture,
  predict,
  start,
  stop,
  textOf,
  violations,
  visit,
  wav,
} from "./harness.mjs";

const ID = "0123456789abcdef0123456789abcdef";

let server;
let folder;
let long; // a file that the server reads
let answer; // of another file: what the fake server below says of it

before(async () => {
  ({ server, folder } = await start());
  long = path.join(folder, "long.wav");
  await writeFile(long, wav(16e6 / 8000));
  answer = await predict(server.url, example);
});
after(stop);

// A server's end of jobs, which tests move on. posts: the preferences of the predictions asked for.
async function fake(page, refuse = () => undefined) {
  const jobs = { posts: [], deleted: 0, state: { state: "queued", fraction: 0, windows: 0 } };
  await page.route("**/v1/predict*", async (route) => {
    const { prefer } = route.request().headers();
    jobs.posts.push(prefer);
    const refused = prefer && refuse();
    if (refused) await route.fulfill(refused);
    else if (!prefer) await route.fulfill({ json: answer });
    else await route.fulfill({ status: 202, json: { id: ID, ...jobs.state } });
  });
  await page.route(`**/v1/jobs/${ID}`, async (route) => {
    if (route.request().method() === "DELETE") {
      ++jobs.deleted;
      await route.fulfill({ json: { id: ID, state: "deleted" } });
    } else if (jobs.gone) {
      await route.fulfill({ status: 404, json: { code: "job_not_found", detail: "Gone." } });
    } else {
      await route.fulfill({ json: { id: ID, ...jobs.state } });
    }
  });
  return jobs;
}

test("a long file shows how far the server is", async () => {
  const viewport = { width: 1280, height: 420 };
  const use = async (page) => {
    const jobs = await fake(page);
    await choose(page, long);
    await page.getByText("Waiting for the server").waitFor();
    const bar = page.getByRole("progressbar", { name: "Audio that is predicted" });
    jobs.state = { state: "running", fraction: 0, windows: 120 };
    await page.getByText("120 windows").waitFor();
    assert.equal(await bar.getAttribute("value"), null);
    assert.deepEqual(await violations(page), []);
    jobs.state = { state: "running", fraction: 0.42, windows: 240 };
    await page.getByText("42 %").waitFor();
    assert.equal(await bar.getAttribute("value"), "0.42");
    await picture(page, "page-long.png");
    assert.deepEqual(await violations(page), []);
    jobs.state = { state: "done", fraction: 1, windows: 300, result: answer };
    await done(page);
    assert.match(await textOf(page, ".verdict"), new RegExp(answer.genre));
    assert.deepEqual(jobs.posts, ["respond-async"]);
    while (!jobs.deleted) await page.evaluate(() => new Promise(requestAnimationFrame));
  };
  await visit(server.url, use, { viewport });
});

test("a long file among others shows it in the table", async () => {
  await visit(server.url, async (page) => {
    const jobs = await fake(page);
    jobs.state = { state: "running", fraction: 0.42, windows: 240 };
    await choose(page, example, long);
    await page.locator(".songs tr", { hasText: "predicting, 42 %" }).waitFor();
    await page.locator(".songs tr.done", { hasText: "clip.wav" }).waitFor();
    assert.deepEqual(jobs.posts, [undefined, "respond-async"]);
  });
});

test("a job that fails has its error", async () => {
  await visit(server.url, async (page) => {
    const jobs = await fake(page);
    const error = { status: 413, code: "too_long", detail: "Too long for this server." };
    jobs.state = { state: "failed", fraction: null, windows: 3, error };
    await choose(page, long);
    assert.match(await page.getByRole("alert").innerText(), /The song is too long[^]*this server/);
    jobs.state = { state: "done", fraction: 1, windows: 300, result: answer };
    await page.getByRole("button", { name: "Try again" }).click();
    await done(page);
  });
});

test("a song that is removed is no job any more", async () => {
  await visit(server.url, async (page) => {
    const jobs = await fake(page);
    await choose(page, example, long);
    await page.locator(".songs tr.predicting", { hasText: "long.wav" }).waitFor();
    await page.getByText("1 of 2 songs").waitFor();
    const removed = page.waitForRequest(
      (request) => request.method() === "DELETE" && request.url().endsWith(ID),
    );
    await page.getByRole("button", { name: "Remove long.wav" }).click();
    await removed;
    assert.equal(jobs.deleted, 1);
    assert.equal(await page.getByRole("alert").count(), 0);
  });
});

test("a song that is removed while it is sent or predicted ends its request", async () => {
  await visit(server.url, async (page) => {
    await page.route("**/v1/predict*", () => {}); // without a response
    const sent = page.waitForRequest(
      (request) => request.url().includes("/v1/predict") && !request.headers().prefer,
    );
    await choose(page, example, long);
    await sent;
    const ended = page.waitForEvent("requestfailed");
    await page.getByRole("button", { name: "Remove clip.wav" }).click();
    assert.match((await ended).failure().errorText, /ABORTED/);
  });
});

test("a server that takes no more jobs, or has lost one, predicts without", async () => {
  const refused = { status: 429, json: { code: "too_many_jobs", detail: "Too many." } };
  await visit(
    server.url,
    async (page) => {
      const jobs = await fake(page, () => jobs.posts.length === 1 && refused);
      await choose(page, long);
      await done(page);
      assert.deepEqual(jobs.posts, ["respond-async", undefined]);
      jobs.gone = true;
      await choose(page, long);
      await page.locator(".songs tr.done").nth(1).waitFor();
      assert.deepEqual(jobs.posts.slice(2), ["respond-async", undefined]);
      await choose(page, long);
      await page.locator(".songs tr.done").nth(2).waitFor();
      assert.deepEqual(jobs.posts.slice(4), [undefined]); // it would be lost again
    },
    { expected: /404|429/ },
  );
});

test("a server that responds with the prediction is fine, too", async () => {
  await visit(server.url, async (page) => {
    await page.route("**/v1/predict*", (route) => route.fulfill({ json: answer }));
    await choose(page, long);
    await done(page);
  });
});

test("the server's own job has the prediction of a plain request, and is forgotten", async () => {
  const plain = await predict(server.url, long);
  await visit(server.url, async (page) => {
    const accepted = page.waitForResponse("**/v1/predict*");
    const forgotten = page.waitForResponse((response) => response.request().method() === "DELETE");
    await choose(page, long);
    assert.equal((await accepted).status(), 202);
    await done(page);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "JSON", exact: true }).click(),
    ]);
    assert.deepEqual(JSON.parse(await readFile(await download.path(), "utf8")), plain);
    assert.equal((await forgotten).status(), 200);
  });
});

test("a page that is left stops its job", async () => {
  let location;
  await visit(server.url, async (page) => {
    const accepted = page.waitForResponse("**/v1/predict*");
    const asked = page.waitForRequest("**/v1/jobs/*");
    await choose(page, long);
    location = (await accepted).headers().location;
    await asked;
    await page.goto("about:blank");
  });
  while ((await fetch(server.url + location)).status !== 404);
});
