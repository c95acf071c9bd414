// The page, in a real browser, against the real server.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import axe from "axe-core";
import {
  choose,
  clip,
  drop,
  example,
  launch,
  percent,
  picture,
  predict,
  quit,
  serve,
  visit,
  withoutClips,
} from "./harness.mjs";

let server;
let folder;

before(async () => {
  [server, folder] = await Promise.all([
    serve(),
    mkdtemp(path.join(tmpdir(), "genre-page-")),
    launch(),
  ]);
});
after(() => Promise.all([server?.stop(), rm(folder, { recursive: true }), quit()]));

async function file(name, content) {
  await writeFile(path.join(folder, name), content);
  return path.join(folder, name);
}

// 8-bit mono at 8 kHz: a tone that swells.
function wav(seconds) {
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

const done = (page) => page.locator(".verdict").waitFor();
const drawn = (page) => page.locator('.waves[aria-busy="false"] canvas').first().waitFor();
const textOf = (page, selector) => page.locator(selector).innerText();

// The bars as [[genre, percent]].
const bars = (page) =>
  page
    .locator(".bars li")
    .evaluateAll((items) =>
      items.map((li) => [
        li.querySelector(".name").innerText,
        li.querySelector(".value").innerText,
      ]),
    );

async function violations(page) {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document));
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`);
}

// What the page says of a prediction: no certainty where the model is not sure.
function verdict({ genre, certainty, confident, none_of_these }) {
  if (none_of_these >= 0.5) return [/^none of these genres$/, /Probably none of the genres/];
  return confident
    ? [new RegExp(`^${genre}\\s+${percent(certainty)}$`), /The model is sure\./]
    : [new RegExp(`^Not sure: perhaps\\s+${genre}$`), /The model is not sure\./];
}

describe("a song", () => {
  test("dropped shows what the API answers", { skip: withoutClips }, async () => {
    const song = clip("metal.00000.wav");
    const answer = await predict(server.url, song);
    await visit(server.url, async (page) => {
      await picture(page, "page-welcome.png");
      await drop(page, song);
      await done(page);
      await drawn(page);
      const [headline, title] = verdict(answer);
      assert.match(await textOf(page, ".verdict .genre"), headline);
      assert.match(await textOf(page, ".verdict"), title);
      assert.deepEqual(
        await bars(page),
        answer.genres.map(({ genre, certainty }) => [genre, percent(certainty)]),
      );
      const widths = await page
        .locator(".bars .bar")
        .evaluateAll((all) => all.map((bar) => bar.style.width));
      assert.equal(parseFloat(widths[0]).toFixed(1), (answer.certainty * 100).toFixed(1));
      await picture(page, "page.png");
    });
  });

  test(
    "has its windows over time, under the waveform and as wide",
    { skip: withoutClips },
    async () => {
      const song = clip("rock.00001.wav");
      const { segments, genres } = await predict(server.url, song);
      await visit(server.url, async (page) => {
        await choose(page, song);
        await drawn(page);
        assert.equal(await page.locator(".bands path").count(), genres.length);
        const bands = await page.locator(".bands").boundingBox();
        const waves = await page.locator(".waves").boundingBox();
        assert.deepEqual([bands.x, bands.width], [waves.x, waves.width]);
        assert.ok(bands.y >= waves.y + waves.height - 1);
        for (const i of [0, 4, segments.length - 1]) {
          const middle = (segments[i].start + segments[i].end) / 2 / 30;
          await page.mouse.move(bands.x + middle * bands.width, bands.y + 5);
          const best = segments[i].genres[0];
          await page
            .locator(".window", {
              hasText: `${best.genre} ${percent(best.certainty)}`,
            })
            .waitFor();
        }
        await page.mouse.click(bands.x + bands.width / 2, bands.y + 5);
        assert.match(await textOf(page, ".controls .clock"), /^0:1[45] /);
      });
    },
  );

  test("has its 26 features beside its genre's usual ones", async () => {
    const { segments, genre } = await predict(server.url, example);
    await visit(server.url, async (page) => {
      await choose(page, example);
      await done(page);
      assert.equal(await page.locator(".features tbody tr").count(), 26);
      const shown = await page
        .locator(".features tbody tr", { hasText: "spectral_centroid" })
        .innerText();
      const centroid = segments[0].features.spectral_centroid;
      const three = new Intl.NumberFormat("en", {
        maximumSignificantDigits: 3,
      });
      assert.ok(shown.includes(three.format(centroid)), shown);
      assert.match(await textOf(page, ".features caption"), new RegExp(`ten ${genre} tracks`));
    });
  });

  test("plays and pauses", async () => {
    await visit(server.url, async (page) => {
      await choose(page, example);
      await drawn(page);
      await page.getByRole("button", { name: "Play" }).click();
      await page.waitForFunction(() => document.querySelector("audio").currentTime > 0.2);
      await page.getByRole("button", { name: "Pause" }).click();
      await page.getByRole("button", { name: "Play" }).waitFor();
      const playhead = await page
        .locator(".playhead")
        .evaluate((line) => parseFloat(line.style.left));
      assert.ok(playhead > 0, `${playhead}`);
    });
  });

  test("leaves as JSON, CSV and a command line", async () => {
    const answer = await predict(server.url, example);
    await visit(server.url, async (page) => {
      await choose(page, example);
      await done(page);
      const saved = async (name) => {
        const [download] = await Promise.all([
          page.waitForEvent("download"),
          page.getByRole("button", { name, exact: true }).click(),
        ]);
        return [download.suggestedFilename(), await readFile(await download.path(), "utf8")];
      };
      const [jsonName, json] = await saved("JSON");
      assert.equal(jsonName, "clip.json");
      assert.deepEqual(JSON.parse(json), answer);
      const [csvName, csv] = await saved("CSV");
      assert.equal(csvName, "clip.csv");
      const [header, ...rows] = csv
        .trimEnd()
        .split("\r\n")
        .map((line) => line.split(","));
      assert.deepEqual(header.slice(0, 4), ["start", "end", "genre", "certainty"]);
      assert.deepEqual(
        rows.map((row) => row.slice(0, 3)),
        [["0", "3", answer.genre]],
      );
      assert.equal(rows[0][header.indexOf(answer.genre)], `${answer.certainty}`);
      const line = await page.getByLabel("The same on a command line").inputValue();
      const printed = execFileSync("sh", ["-c", `${line} -s`], {
        cwd: path.dirname(example),
      });
      assert.deepEqual(JSON.parse(printed), answer);
    });
  });

  test("recorded from the microphone is one as well", async () => {
    await visit(server.url, async (page) => {
      await page.getByRole("button", { name: "Record" }).click();
      await page.locator(".recording .clock", { hasText: "0:02" }).waitFor();
      await page.getByRole("button", { name: "Stop" }).click();
      await done(page);
      assert.match(await textOf(page, "h2"), /^Recording at /);
    });
  });

  test("pasted is one as well", async () => {
    const content = (await readFile(example)).toString("base64");
    await visit(server.url, async (page) => {
      await page.evaluate((base64) => {
        const data = new DataTransfer();
        const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
        data.items.add(new File([bytes], "pasted.wav"));
        document.body.dispatchEvent(
          new ClipboardEvent("paste", { clipboardData: data, bubbles: true }),
        );
      }, content);
      await done(page);
    });
  });

  test("of a format that only the browser reads is converted by it", async () => {
    await visit(
      server.url,
      async (page) => {
        const webm = await page.evaluate(async () => {
          const context = new AudioContext();
          const out = context.createMediaStreamDestination();
          const tone = context.createOscillator();
          tone.connect(out);
          tone.start();
          const recorder = new MediaRecorder(out.stream);
          const data = new Promise(
            (resolve) => (recorder.ondataavailable = (e) => resolve(e.data)),
          );
          recorder.start();
          await new Promise(
            (resolve) => ((tone.onended = resolve), tone.stop(context.currentTime + 1)),
          );
          recorder.stop();
          const bytes = new Uint8Array(await (await data).arrayBuffer());
          return btoa(String.fromCharCode(...bytes));
        });
        await choose(page, await file("tone.webm", Buffer.from(webm, "base64")));
        await done(page);
      },
      { expected: /415/ },
    );
  });

  test("of a format that the browser cannot play has its timeline all the same", async () => {
    const head = Buffer.alloc(24); // Sun AU, 16-bit mono at 8 kHz
    head.write(".snd");
    [24, 6 * 16000, 3, 8000, 1].forEach((value, i) => head.writeUInt32BE(value, 4 + 4 * i));
    const samples = Buffer.alloc(6 * 16000).map((_, i) => (i % 2 ? i : i >> 8) & 0x3f);
    await visit(server.url, async (page) => {
      await choose(page, await file("song.au", Buffer.concat([head, samples])));
      await page.getByText("Your browser cannot play this format").waitFor();
      assert.equal(await page.getByRole("button", { name: "Play" }).count(), 0);
      await page.getByRole("slider").press("End");
      assert.match(await textOf(page, ".window"), /^0:03 to 0:06: /);
    });
  });

  test("of silence is no song that the model is sure of", async () => {
    await visit(server.url, async (page) => {
      await choose(page, await file("silence.wav", wav(6).fill(128, 44)));
      await drawn(page);
      assert.match(await textOf(page, ".verdict"), /no genre[^]*Silence has no genre/);
      assert.match(await textOf(page, ".window"), /silent$/);
      assert.match(await textOf(page, ".warnings"), /^Silence: 0:00.0 to 0:06.0 does not count/);
      assert.doesNotMatch(await textOf(page, ".features"), /NaN|∞/);
    });
  });

  test("that is cut off has the genre of what is there, and a warning", async () => {
    const cut = await file("cut.wav", wav(6).subarray(0, 44 + 4 * 8000));
    await visit(server.url, async (page) => {
      await choose(page, cut);
      await done(page);
      assert.match(
        await textOf(page, ".warnings"),
        /^The file ends too early: 0:04.0 to 0:06.0 is missing/,
      );
      assert.deepEqual(await violations(page), []);
    });
  });

  test("of 25 minutes is shown whole", async () => {
    await visit(server.url, async (page) => {
      await choose(page, await file("long.wav", wav(25 * 60)));
      await done(page);
      assert.match(await textOf(page, ".controls .clock"), /25:00$/);
      assert.match(await textOf(page, ".controls .note"), /timeline covers the whole song/);
      await page.getByRole("slider").press("End");
      assert.match(await textOf(page, ".window"), /^24:57 to 25:00: /);
      await page.waitForFunction(() => document.querySelector("audio").currentTime > 1490);
    });
  });
});

describe("several songs", () => {
  test("make a list, in which each has its own outcome", async () => {
    await visit(
      server.url,
      async (page) => {
        const text = await file("notes.txt", "no song at all");
        await drop(page, example, text, await file("tone.wav", wav(4)));
        const summaries = page.locator(".songs .summary");
        await page.locator(".songs li.done").nth(1).waitFor();
        assert.match(await summaries.nth(0).innerText(), /^\w+, /);
        assert.equal(await summaries.nth(1).innerText(), "This is not a readable audio file");
        await page.locator(".songs li").nth(2).getByRole("button").first().click();
        assert.equal(await textOf(page, "h2"), "tone.wav");
        await page.getByRole("button", { name: "Remove notes.txt" }).click();
        assert.equal(await page.locator(".songs li").count(), 2);
      },
      { expected: /415/ },
    );
  });
});

describe("an error", () => {
  const failure = (page) => page.getByRole("alert").innerText();

  test("of every kind that the API has, has words of its own", async () => {
    const api = await (await fetch(`${server.url}/openapi.json`)).json();
    const seen = new Map(); // code -> status
    const collect = (node, status) => {
      if (typeof node !== "object" || node === null) return;
      if (node.$ref) {
        collect(
          node.$ref
            .slice(2)
            .split("/")
            .reduce((part, key) => part[key], api),
          status,
        );
      }
      for (const code of node.code?.enum ?? []) seen.set(code, status);
      for (const part of Object.values(node)) collect(part, status);
    };
    for (const [status, response] of Object.entries(api.paths["/v1/predict"].post.responses)) {
      if (status !== "200") collect(response, Number(status));
    }
    assert.ok(seen.size > 15, [...seen.keys()].join());
    await visit(
      server.url,
      async (page) => {
        let problem;
        await page.route("**/v1/predict*", (route) =>
          route.fulfill({
            status: problem.status,
            headers: { "Retry-After": "0" },
            contentType: "application/problem+json",
            body: JSON.stringify({ ...problem, detail: `detail of ${problem.code}` }),
          }),
        );
        for (const [code, status] of seen) {
          problem = { code, status };
          await choose(page, await file("song.mp3", code));
          await page.getByText(`detail of ${code}`).waitFor();
          assert.doesNotMatch(await failure(page), /The request failed/, code);
        }
      },
      { expected: /status of \d{3}/ },
    );
  });

  test("of a file that is no audio says so, and what would be", async () => {
    await visit(
      server.url,
      async (page) => {
        await choose(page, await file("song.mp3", "not a song"));
        assert.match(await failure(page), /not a readable audio file[^]*WAV[^]*M4A[^]*Try again/);
        assert.deepEqual(await violations(page), []);
      },
      { expected: /415/ },
    );
  });

  test("of a cut file says so", async () => {
    const cut = await file("cut.wav", (await readFile(example)).subarray(0, 2000));
    await visit(
      server.url,
      async (page) => {
        await choose(page, cut);
        assert.match(await failure(page), /cut off/);
      },
      { expected: /422/ },
    );
  });

  test("of a file above the server's limit says so", async () => {
    const small = await serve("--max-body", "100000");
    await visit(
      small.url,
      async (page) => {
        await choose(page, example);
        assert.match(await failure(page), /too large/);
      },
      { expected: /413/ },
    );
    await small.stop();
  });

  test("of a server that is gone is mended by trying again", async () => {
    let own = await serve();
    const port = new URL(own.url).port;
    await visit(
      own.url,
      async (page) => {
        await page.getByText("Predictions come from").waitFor();
        await own.stop();
        await choose(page, example);
        assert.match(await failure(page), /server does not respond/);
        own = await serve("--port", port);
        await page.getByRole("button", { name: "Try again" }).click();
        await done(page);
      },
      { expected: /ERR_CONNECTION_REFUSED/ },
    );
    await own.stop();
  });

  test("of a busy server is tried again by itself", async () => {
    const busy = await serve("--rate-limit", "0.5", "--rate-burst", "1");
    await visit(
      busy.url,
      async (page) => {
        await choose(page, example, await file("second.wav", wav(3)));
        await page.getByText(/^retrying in \d s$/).waitFor();
        await page.locator(".songs li.done").nth(1).waitFor();
      },
      { expected: /429/ },
    );
    await busy.stop();
  });

  test("of a missing token is mended by giving it", async () => {
    const closed = await serve("--token-file", await file("tokens", "open-sesame-and-more\n"));
    await visit(
      closed.url,
      async (page) => {
        await choose(page, example);
        assert.match(await failure(page), /requires a token/);
        await page.getByLabel("This server requires a token").fill("open-sesame-and-more");
        await page.keyboard.press("Enter");
        await done(page);
        await page.getByText("Predictions come from").waitFor();
      },
      { expected: /401/ },
    );
    await closed.stop();
  });
});

describe("everybody", () => {
  test("can do it all from the keyboard", async () => {
    await visit(server.url, async (page) => {
      const tabTo = async (locator) => {
        for (let i = 0; i < 40; ++i) {
          if (await locator.evaluate((element) => element === document.activeElement)) return;
          await page.keyboard.press("Tab");
        }
        assert.fail(`no way to ${locator} from the keyboard`);
      };
      const chooser = page.waitForEvent("filechooser");
      await tabTo(page.getByRole("button", { name: "Choose files" }));
      await page.keyboard.press("Enter");
      await (await chooser).setFiles(await file("nine.wav", wav(9)));
      await drawn(page);
      await tabTo(page.getByRole("slider"));
      await page.keyboard.press("ArrowRight");
      await page.locator(".window", { hasText: "0:03 to 0:06" }).waitFor();
      assert.match(
        await page.getByRole("slider").getAttribute("aria-valuetext"),
        /^0:03 to 0:06: \w+ /,
      );
      await tabTo(page.getByRole("button", { name: "Play" }));
      await page.keyboard.press("Enter");
      await page.getByRole("button", { name: "Pause" }).waitFor();
      await tabTo(page.getByRole("button", { name: "Copy" }));
    });
  });

  for (const colorScheme of ["light", "dark"]) {
    test(`finds no violation that axe-core knows, ${colorScheme}`, async () => {
      await visit(
        server.url,
        async (page) => {
          assert.deepEqual(await violations(page), []);
          await choose(page, example, await file("notes.txt", "no song"));
          await drawn(page);
          assert.deepEqual(await violations(page), []);
        },
        { colorScheme, expected: /415/ },
      );
    });
  }

  test("sees it dark where that is wanted", { skip: withoutClips }, async () => {
    await visit(
      server.url,
      async (page) => {
        await choose(page, clip("pop.00001.wav"), clip("reggae.00001.wav"));
        await drawn(page);
        await page.locator(".songs li.done").nth(1).waitFor();
        const background = await page.evaluate(
          () => getComputedStyle(document.body).backgroundColor,
        );
        assert.ok(Math.max(...background.match(/\d+/g).map(Number)) < 60, background);
        await picture(page, "page-dark.png");
      },
      { colorScheme: "dark" },
    );
  });

  test("has no need to scroll sideways on a phone", async () => {
    await visit(
      server.url,
      async (page) => {
        const wide = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.equal(await wide(), 0);
        await choose(page, withoutClips ? example : clip("jazz.00001.wav"));
        await drawn(page);
        assert.equal(await wide(), 0);
        await picture(page, "page-phone.png");
      },
      { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
    );
  });
});

test("the API's page shows every path of openapi.json", async () => {
  const { paths } = await (await fetch(`${server.url}/openapi.json`)).json();
  await visit(
    server.url,
    async (page) => {
      await page.locator(".opblock").first().waitFor();
      const shown = await page
        .locator(".opblock-summary-path")
        .evaluateAll((all) => all.map((element) => element.getAttribute("data-path")));
      assert.deepEqual([...new Set(shown)].sort(), Object.keys(paths).sort());
    },
    { to: "/docs" },
  );
});
