// The page, in a real browser, against the real server.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import {
  choose,
  clip,
  done,
  drop,
  dropFolder,
  example,
  percent,
  picture,
  predict,
  program,
  serve,
  start,
  stop,
  textOf,
  violations,
  visit,
  wav,
  weights,
  withoutClips,
  withoutFfmpeg,
  withoutWeights,
} from "./harness.mjs";

let server;
let folder;

before(async () => {
  ({ server, folder } = await start());
});
after(stop);

async function file(name, content) {
  await writeFile(path.join(folder, name), content);
  return path.join(folder, name);
}

const drawn = (page) => page.locator('.waves[aria-busy="false"] canvas').first().waitFor();

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
      const { segments, genres, confident } = await predict(server.url, song);
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
              hasText: confident ? `${best.genre} ${percent(best.certainty)}` : `: ${best.genre},`,
            })
            .waitFor();
        }
        await page.mouse.click(bands.x + bands.width / 2, bands.y + 5);
        assert.match(await textOf(page, ".controls .clock"), /^0:1[45] /);
      });
    },
  );

  test("has its 26 features beside its genre's usual ones, in groups", async () => {
    const { segments, genre } = await predict(server.url, example);
    await visit(server.url, async (page) => {
      await choose(page, example);
      await done(page);
      const rows = page.locator(".features tbody tr:has(td)");
      assert.equal(await rows.count(), 6);
      await page.getByRole("button", { name: "Show all 20" }).click();
      assert.equal(await rows.count(), 26);
      const groups = await page.locator(".features .group").allInnerTexts();
      assert.deepEqual(
        groups.map((text) => text.match(/^\w+/)[0]),
        ["Loudness", "Brightness", "Harmony", "Timbre"],
      );
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

  test("explains each feature to the pointer and to the keyboard", async () => {
    await visit(server.url, async (page) => {
      await choose(page, example);
      await done(page);
      await page.getByRole("button", { name: "Show all 20" }).click();
      for (const term of await page.locator(".term").all()) {
        const tooltip = term.getByRole("tooltip");
        await page.mouse.move(0, 0);
        assert.equal(await tooltip.isVisible(), false);
        await term.hover();
        assert.match(await tooltip.innerText(), /^[A-Z8].{20,}\.$/);
        await page.mouse.move(0, 0);
        await tooltip.waitFor({ state: "hidden" });
        await term.getByRole("button").focus();
        await tooltip.waitFor();
        await page.keyboard.press("Escape");
        await tooltip.waitFor({ state: "hidden" });
      }
    });
  });

  test("keeps the space of its waveform free until it is drawn", async () => {
    await visit(server.url, async (page) => {
      let draw;
      const held = new Promise((resolve) => (draw = resolve));
      await page.route("**/v1/peaks*", async (route) => {
        await held;
        await route.continue();
      });
      await choose(page, await file("nine.wav", wav(9)));
      await done(page);
      await page.getByText("Predictions come from").waitFor();
      await page.getByText("Drawing the waveform").waitFor();
      const places = () =>
        page
          .locator("main *:not(.waves *):not(.frequencies, .frequencies *):not(.drawing), footer *")
          .evaluateAll((all) =>
            all.map((element) => {
              const { x, y, width, height } = element.getBoundingClientRect();
              return [element.tagName, x, y, width, height].join(" ");
            }),
          );
      const before = await places();
      await page.evaluate(() => {
        globalThis.shifts = [];
        new PerformanceObserver((list) => shifts.push(...list.getEntries())).observe({
          type: "layout-shift",
        });
      });
      draw();
      await drawn(page);
      assert.equal(await page.getByText("Drawing the waveform").count(), 0);
      assert.deepEqual(await places(), before);
      const shifts = await page.evaluate(async () => {
        await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
        return globalThis.shifts.length;
      });
      assert.equal(shifts, 0);
    });
  });

  test("has the waveform that the server computes", async () => {
    const swell = await file("swell.wav", wav(9));
    const response = await fetch(`${server.url}/v1/peaks`, {
      method: "POST",
      body: await readFile(swell),
    });
    const { max, spectrogram } = await response.json();
    await visit(server.url, async (page) => {
      await choose(page, swell);
      await drawn(page);
      const path = await page.locator(".wave path").getAttribute("d");
      assert.equal(path.match(/,/g).length, 2 * max.length);
      const size = await page.locator(".spectrogram canvas").evaluate((c) => [c.width, c.height]);
      assert.deepEqual(size, [max.length, spectrogram.n_mels]);
      const column = max.length >> 1;
      const bin = spectrogram.decibels[column];
      const row = spectrogram.n_mels - 1 - bin.indexOf(Math.max(...bin));
      const reds = await page.locator(".spectrogram canvas").evaluate((canvas, x) => {
        const { data } = canvas.getContext("2d").getImageData(x, 0, 1, canvas.height);
        return Array.from({ length: canvas.height }, (_, y) => data[4 * y]);
      }, column);
      assert.equal(reds[row], Math.max(...reds)); // the tone is the lightest row
      assert.doesNotMatch(await textOf(page, ".frequencies"), /^0 Hz/m);
      assert.match(await textOf(page, ".frequencies"), /500 Hz[^]*8 kHz/);
    });
  });

  test("without a waveform says why, and is there all the same", async () => {
    await visit(
      server.url,
      async (page) => {
        await page.route("**/v1/peaks*", (route) => route.fulfill({ status: 500, body: "" }));
        await choose(page, example);
        await page.getByText("There is no waveform.").waitFor();
        await page.getByRole("button", { name: "Play" }).click();
        await page.getByRole("button", { name: "Pause" }).waitFor();
      },
      { expected: /500/ },
    );
  });

  test("has a time axis, and can be zoomed into", async () => {
    await visit(server.url, async (page) => {
      await choose(page, await file("minute.wav", wav(60)));
      await drawn(page);
      const times = page.locator(".times span");
      assert.deepEqual((await times.allInnerTexts()).slice(0, 3), ["0:00", "0:05", "0:10"]);
      const box = (selector) => page.locator(selector).boundingBox();
      const whole = await box(".strip");
      const ten = await times.nth(2).boundingBox();
      assert.ok(Math.abs(ten.x - whole.x - whole.width / 6) < 2, `${ten.x}`);
      await page.getByRole("slider", { name: "Genres" }).press("End");
      for (let i = 0; i < 2; ++i) await page.getByRole("button", { name: "Zoom in" }).click();
      assert.equal((await box(".strip")).width, 4 * whole.width);
      assert.equal((await times.allInnerTexts())[1], "0:02");
      const view = await box(".view");
      const playhead = await box(".playhead");
      assert.ok(playhead.x >= view.x && playhead.x < view.x + view.width, `${playhead.x}`);
      assert.equal(await page.getByText("4 ×").count(), 1);
      for (let i = 0; i < 2; ++i) await page.getByRole("button", { name: "Zoom out" }).click();
      assert.equal((await box(".strip")).width, whole.width);
      assert.ok(await page.getByRole("button", { name: "Zoom out" }).isDisabled());
    });
  });

  test("has a volume, which the next song keeps", async () => {
    const volume = (page) => page.evaluate(() => document.querySelector("audio").volume);
    await visit(server.url, async (page) => {
      await choose(page, example);
      await done(page);
      assert.equal(await volume(page), 1);
      await page.getByLabel("Volume").fill("0.25");
      assert.equal(await volume(page), 0.25);
      await choose(page, await file("next.wav", wav(3)));
      await page.getByRole("heading", { name: "next.wav" }).waitFor();
      await done(page);
      assert.equal(await volume(page), 0.25);
    });
  });

  test("that the model is not sure of has no certainty anywhere", async () => {
    const unsure = await predict(server.url, example);
    const genres = unsure.genres.map(({ genre }, i) => ({ genre, certainty: i ? 0 : 1 }));
    const answer = { ...unsure, genres, certainty: 1, confident: false, none_of_these: 0.1 };
    answer.segments.forEach((segment) => Object.assign(segment, { genres, certainty: 1 }));
    await visit(server.url, async (page) => {
      await page.route("**/v1/predict*", (route) => route.fulfill({ json: answer }));
      await choose(page, example, example);
      await page.locator(".songs tr.done").nth(1).waitFor();
      await done(page);
      assert.match(await textOf(page, ".songs"), new RegExp(`perhaps ${genres[0].genre}`));
      assert.doesNotMatch(await textOf(page, "main"), /(?<!85 )%/);
      assert.match(await textOf(page, ".window"), new RegExp(genres[0].genre));
      for (const text of await page.locator("main [role=status]").allInnerTexts()) {
        assert.doesNotMatch(text, /%/);
      }
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

  test("for those without a file plays at once", async () => {
    await visit(server.url, async (page) => {
      await page.getByRole("button", { name: "Play an example" }).click();
      await page.waitForFunction(() => document.querySelector("audio")?.currentTime > 0.2);
      await drawn(page);
      assert.match(await textOf(page, ".verdict"), /disco/);
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

  test("of a format that the browser cannot play has its waveform and timeline all the same", async () => {
    const head = Buffer.alloc(24); // Sun AU, 16-bit mono at 8 kHz
    head.write(".snd");
    [24, 6 * 16000, 3, 8000, 1].forEach((value, i) => head.writeUInt32BE(value, 4 + 4 * i));
    const samples = Buffer.alloc(6 * 16000).map((_, i) => (i % 2 ? i : i >> 8) & 0x3f);
    await visit(server.url, async (page) => {
      await choose(page, await file("song.au", Buffer.concat([head, samples])));
      await page.getByText("Your browser cannot play this format").waitFor();
      await drawn(page);
      assert.equal(await page.getByRole("button", { name: "Play" }).count(), 0);
      await page.getByRole("slider", { name: "Genres" }).press("End");
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
      await drawn(page);
      assert.match(await textOf(page, ".controls .clock"), /25:00$/);
      await page.getByRole("slider", { name: "Genres" }).press("End");
      assert.match(await textOf(page, ".window"), /^24:57 to 25:00: /);
      await page.waitForFunction(() => document.querySelector("audio").currentTime > 1490);
    });
  });
});

describe("what is heard beside the genre", () => {
  test("is what a network with tags hears", { skip: withoutWeights }, async () => {
    const data = { ...process.env, XDG_DATA_HOME: folder };
    execFileSync(program, ["model", "pull", "mn04", "--from", weights], { env: data });
    const hears = await serve("--tags-model", path.join(folder, "genre/networks/mn04.onnx"));
    const song = await file("tone.wav", wav(12));
    await visit(hears.url, async (page) => {
      await choose(page, song);
      await done(page);
      assert.match(await textOf(page, ".verdict"), /Also heard: (\w[^,]*, )*Sine wave/);
      assert.deepEqual(await violations(page), []);
      const line = await page.getByLabel("The same on a command line").inputValue();
      const { tags } = JSON.parse(execFileSync("sh", ["-c", `${line} -s`], { cwd: folder }));
      assert.equal(tags.length, 20);
    });
    await hears.stop();
  });

  test("leaves out genres, what is not probable, and synonyms", async () => {
    const model = await (await fetch(`${server.url}/v1/model`)).json();
    const heard = {
      Music: 0.9,
      "Musical instrument": 0.6,
      "Rock music": 0.5,
      "Heavy metal": 0.4,
      "Electric guitar": 0.3,
      "Male speech, man speaking": 0.2,
      "Child speech, kid speaking": 0.1,
      Singing: 0.09,
    };
    const tags = Object.entries(heard).map(([tag, probability]) => ({ tag, probability }));
    const answer = { ...(await predict(server.url, example)), tags };
    await visit(server.url, async (page) => {
      await page.route("**/v1/model", (route) => route.fulfill({ json: { ...model, tags: true } }));
      let asked;
      await page.route("**/v1/predict*", (route) => {
        asked = new URL(route.request().url()).searchParams.get("tags");
        return route.fulfill({ json: answer });
      });
      await page.reload();
      await choose(page, example);
      await page.getByText("Also heard: Electric guitar, Male speech, Child speech.").waitFor();
      assert.equal(asked, "20");
    });
  });

  test("is not asked for if the model does not hear it", async () => {
    await visit(server.url, async (page) => {
      const sent = page.waitForRequest("**/v1/predict*");
      await choose(page, example);
      assert.doesNotMatch((await sent).url(), /tags/);
      await done(page);
      assert.doesNotMatch(await textOf(page, ".verdict"), /heard/);
    });
  });
});

describe("several songs", () => {
  const row = (page, name) => page.locator(".songs tbody tr", { hasText: name });
  const names = (page) => page.locator(".songs tbody .name").allInnerTexts();
  const finished = (page, n) => page.getByText(`${n} of ${n} songs`).waitFor({ timeout: 300_000 });
  const sort = (page, name) =>
    page.locator(".songs thead").getByRole("button", { name, exact: false }).click();

  // Predictions without a server: what the table does is the page's.
  let modelName;
  let SONGS; // file name -> response
  before(async () => {
    ({ name: modelName } = await (await fetch(`${server.url}/v1/model`)).json());
    SONGS = {
      "b.mp3": { json: predicted("rock", 0.7, true, 100) },
      "a10.mp3": { json: predicted("jazz", 0.9, true, 200) },
      "a9.mp3": { json: predicted("rock", 1, false, 50) },
      "#c.mp3": { json: { ...predicted("rock", 0.8, true, 300), none_of_these: 0.9 } },
      "d.txt": { status: 415, json: { code: "not_audio", detail: "No audio." } },
    };
  });
  const predicted = (genre, certainty, confident, duration = 60) => {
    const genres = [
      { genre, certainty },
      { genre: "other", certainty: 1 - certainty },
    ];
    const features = Object.fromEntries(["rms"].map((name) => [name, 0.1]));
    return {
      genre,
      certainty,
      genres,
      confident,
      none_of_these: 0.1,
      segments: [{ start: 0, end: duration, genre, certainty, genres, features }],
      duration,
      sample_rate: 22050,
      model: modelName,
      warnings: [],
    };
  };
  // answers: by file name; of: how a request is answered, if not by its name.
  const answer = (page, answers) =>
    page.route("**/v1/predict*", async (route) => {
      const [, name] = route
        .request()
        .postData()
        .match(/filename="([^"]*)"/);
      await route.fulfill(answers(name));
    });

  test("make a table, in which each has its own outcome", async () => {
    await visit(
      server.url,
      async (page) => {
        const text = await file("notes.txt", "no song at all");
        await drop(page, example, text, await file("tone.wav", wav(4)));
        await page.getByText("3 of 3 songs, 1 failed").waitFor();
        assert.match(await row(page, "clip.wav").innerText(), /0:03/);
        assert.equal(
          await row(page, "notes.txt").locator(".summary").innerText(),
          "This is not a readable audio file",
        );
        await row(page, "tone.wav").getByRole("button").first().click();
        assert.equal(await textOf(page, "h2"), "tone.wav");
        await page.getByRole("button", { name: "Remove notes.txt" }).click();
        assert.equal(await page.locator(".songs tbody tr").count(), 2);
        await page.getByRole("button", { name: "Remove all" }).click();
        await page.locator("header.welcome").waitFor();
      },
      { expected: /415/ },
    );
  });

  const withSongs = (use) =>
    visit(
      server.url,
      async (page) => {
        await answer(page, (name) => SONGS[name]);
        await choose(page, ...(await Promise.all(Object.keys(SONGS).map((n) => file(n, n)))));
        await finished(page, 5);
        await use(page);
      },
      { expected: /415/ },
    );

  test("are sorted by each column, and what has no value comes last", async () => {
    await withSongs(async (page) => {
      const sorted = async (name, expected) => {
        await sort(page, name);
        assert.deepEqual(await names(page), expected, name);
      };
      await sorted("Song", ["#c.mp3", "a9.mp3", "a10.mp3", "b.mp3", "d.txt"]);
      await sorted("Song", ["d.txt", "b.mp3", "a10.mp3", "a9.mp3", "#c.mp3"]);
      await sorted("Song", Object.keys(SONGS));
      await sorted("Genre", ["a10.mp3", "b.mp3", "a9.mp3", "#c.mp3", "d.txt"]);
      await sorted("Certainty", ["a10.mp3", "b.mp3", "a9.mp3", "#c.mp3", "d.txt"]);
      assert.equal(await page.locator("[aria-sort=descending]").innerText(), "Certainty ▼");
      await sorted("Length", ["a9.mp3", "b.mp3", "a10.mp3", "#c.mp3", "d.txt"]);
    });
  });

  test("are filtered", async () => {
    await withSongs(async (page) => {
      await page.getByLabel("Search").fill("A1");
      assert.deepEqual(await names(page), ["a10.mp3"]);
      await page.getByLabel("Search").fill("none");
      await page.getByText("No song is like that.").waitFor();
      await page.getByLabel("Search").fill("");
      const options = await page
        .getByRole("combobox", { name: "Genre" })
        .locator("option")
        .allTextContents();
      assert.deepEqual(options, ["all", "jazz (1)", "rock (2)"]);
      await page.getByRole("combobox", { name: "Genre" }).selectOption("rock");
      assert.deepEqual(await names(page), ["b.mp3", "a9.mp3"]);
      await page.getByRole("combobox", { name: "Show" }).selectOption("not sure");
      assert.deepEqual(await names(page), ["a9.mp3"]);
      await page.getByRole("combobox", { name: "Genre" }).selectOption("all");
      assert.deepEqual(await names(page), ["a9.mp3", "#c.mp3"]);
      await page.getByRole("combobox", { name: "Show" }).selectOption("sure");
      assert.deepEqual(await names(page), ["b.mp3", "a10.mp3"]);
      await page.getByRole("combobox", { name: "Show" }).selectOption("failed");
      assert.deepEqual(await names(page), ["d.txt"]);
    });
  });

  // What a click saves: { name: content }.
  async function saved(page, button, n = 1) {
    const downloads = [];
    const all = new Promise((resolve) =>
      page.on("download", (download) => downloads.push(download) === n && resolve()),
    );
    await page.locator(".library").getByRole("button", { name: button }).click();
    await all;
    const contents = downloads.map(async (download) => [
      download.suggestedFilename(),
      await readFile(await download.path(), "utf8"),
    ]);
    return Object.fromEntries(await Promise.all(contents));
  }

  test("leave as CSV and JSON, as the table shows them", async () => {
    await withSongs(async (page) => {
      await sort(page, "Length");
      await page.getByLabel("Search").fill("a");
      const { "songs.csv": csv } = await saved(page, "CSV");
      assert.equal(
        csv,
        "file,title,artist,duration,genre,certainty,confident,error\r\n" +
          "a9.mp3,,,50,rock,1,false,\r\n" +
          "a10.mp3,,,200,jazz,0.9,true,\r\n",
      );
      await page.getByLabel("Search").fill("d.txt");
      assert.match((await saved(page, "CSV"))["songs.csv"], /d.txt,,,,,,,This is not a readable/);
      const { "songs.json": json } = await saved(page, "JSON");
      assert.equal(JSON.parse(json)[0].code, "not_audio");
      await page.getByLabel("Search").fill("b.mp3");
      const [song] = JSON.parse((await saved(page, "JSON"))["songs.json"]);
      assert.deepEqual(song, { file: "b.mp3", title: "", artist: "", ...SONGS["b.mp3"].json });
    });
  });

  test("leave as a playlist for each genre", async () => {
    await withSongs(async (page) => {
      assert.deepEqual(await saved(page, "M3U", 2), {
        "rock.m3u8": "#EXTM3U\n#EXTINF:100,b.mp3\nb.mp3\n#EXTINF:50,a9.mp3\na9.mp3\n",
        "jazz.m3u8": "#EXTM3U\n#EXTINF:200,a10.mp3\na10.mp3\n",
      });
    });
  });

  async function album() {
    const music = await mkdtemp(path.join(folder, "music-"));
    await mkdir(path.join(music, "disc 1"));
    for (const name of ["disc 1/2.wav", "disc 1/10.wav", "last.wav"]) {
      await writeFile(path.join(music, name), wav(3));
    }
    for (const name of ["cover.jpg", ".hidden.wav", "disc 1/notes.txt"]) {
      await writeFile(path.join(music, name), "no song");
    }
    return music;
  }

  for (const [way, bring] of [
    ["chosen", (page, music) => page.setInputFiles("input[webkitdirectory]", music)],
    ["dropped", dropFolder],
  ]) {
    test(`of a folder that is ${way}, are its songs and no other files`, async () => {
      const music = await album();
      await visit(server.url, async (page) => {
        await bring(page, music);
        await finished(page, 3);
        assert.deepEqual((await names(page)).sort(), ["10.wav", "2.wav", "last.wav"]);
        await sort(page, "Song");
        const base = path.basename(music);
        const { "songs.csv": csv } = await saved(page, "CSV");
        const paths = csv.match(/^music.*?\.wav/gm);
        assert.deepEqual(
          paths,
          ["disc 1/2.wav", "disc 1/10.wav", "last.wav"].map((p) => `${base}/${p}`),
        );
      });
    });
  }

  test("of a dropped folder of five hundred are all predicted", async () => {
    const n = 500;
    const music = await mkdtemp(path.join(folder, "music-"));
    const song = wav(1);
    await mkdir(path.join(music, "all"));
    for (let i = 0; i < n; ++i) {
      await writeFile(path.join(music, i % 5 ? "all" : "", `${i}.wav`), song);
    }
    const { genre } = await predict(server.url, path.join(music, "0.wav"));
    await visit(server.url, async (page) => {
      await dropFolder(page, music);
      await finished(page, n);
      assert.equal(await page.locator(".songs tr.done").count(), n);
      const { "songs.csv": csv } = await saved(page, "CSV");
      const rows = csv.trimEnd().split("\r\n").slice(1);
      assert.equal(new Set(rows.map((row) => row.split(",")[0])).size, n);
      assert.ok(rows.every((row) => row.split(",")[4] === genre));
    });
  });

  test("are missed in a folder without any", async () => {
    const empty = await mkdtemp(path.join(folder, "empty-"));
    await writeFile(path.join(empty, "cover.jpg"), "no song");
    await visit(server.url, async (page) => {
      await dropFolder(page, empty);
      await page.getByText("no audio files in this folder").waitFor();
    });
  });

  test("have the genre that the API answers", { skip: withoutClips }, async () => {
    const labels = ["blues", "classical", "country", "disco", "hiphop", "jazz", "metal", "pop"];
    const clips = labels.map((label) => `${label}.00000.wav`);
    const answers = await Promise.all(clips.map((name) => predict(server.url, clip(name))));
    await visit(server.url, async (page) => {
      await choose(page, ...clips.map(clip));
      await finished(page, clips.length);
      for (const [i, { genre, certainty, confident, none_of_these }] of answers.entries()) {
        const [, , told, sure] = await row(page, clips[i]).locator("td").allInnerTexts();
        const expected =
          none_of_these >= 0.5
            ? ["none of these genres", ""]
            : confident
              ? [genre, percent(certainty)]
              : [`perhaps ${genre}`, ""];
        assert.deepEqual([told.trim(), sure], expected, clips[i]);
      }
      await sort(page, "Genre");
      await drawn(page);
      await picture(page, "page-table.png");
    });
  });

  test("are named by their tags", { skip: withoutFfmpeg }, async () => {
    const ffmpeg = (...args) => execFileSync("ffmpeg", ["-v", "error", "-y", ...args]);
    const at = (name) => path.join(folder, name);
    ffmpeg("-f", "lavfi", "-i", "color=c=orange:s=300x300", "-frames:v", "1", at("cover.png"));
    const tags = ["-metadata", "title=Größe, 大小", "-metadata", "artist=Ärzte"];
    const cover = ["-i", at("cover.png"), "-map", "0", "-map", "1", "-c:v", "copy"];
    const kinds = {
      "id3v24.mp3": [...cover, "-disposition:v", "attached_pic", "-id3v2_version", "4"],
      "id3v23.mp3": [...cover, "-disposition:v", "attached_pic", "-id3v2_version", "3"],
      "a.flac": [...cover, "-disposition:v", "attached_pic"],
      "a.m4a": [...cover, "-disposition:v", "attached_pic", "-c:a", "aac"],
      "a.ogg": ["-c:a", "libvorbis"],
      "a.opus": ["-c:a", "libopus"],
      "a.wav": [],
      "a.aiff": ["-write_id3v2", "1"],
    };
    for (const [name, flags] of Object.entries(kinds)) {
      ffmpeg("-i", example, ...flags, ...tags, at(name));
    }
    const files = Object.keys(kinds).map(at);
    const mp3 = await readFile(files[0]);
    files.push(await file("cut.mp3", mp3.subarray(0, 60)), await file("none.wav", wav(3)));
    await visit(
      server.url,
      async (page) => {
        await choose(page, ...files);
        await page.getByText(`${files.length} of ${files.length} songs`).waitFor();
        for (const name of Object.keys(kinds)) {
          const cells = await row(page, name).innerText();
          assert.match(cells, /^Größe, 大小\s+.*\s+Ärzte/, name);
          const covers = await row(page, name).locator("img").all();
          assert.equal(covers.length, kinds[name].includes("attached_pic") ? 1 : 0, name);
          for (const image of covers) {
            await image.scrollIntoViewIfNeeded();
            await page.waitForFunction(
              (img) => img.naturalWidth === 300,
              await image.elementHandle(),
            );
          }
        }
        assert.equal(await row(page, "none.wav").locator(".artist").innerText(), "");
        assert.match(await textOf(page, "h2"), /^Ärzte – Größe, 大小 id3v24.mp3$/);
        assert.match((await saved(page, "CSV"))["songs.csv"], /a\.opus,"Größe, 大小",Ärzte,3/);
      },
      { expected: /415|422/ },
    );
  });

  test("by the hundred are sent some at a time, and stay usable", async () => {
    const n = 500;
    const files = await Promise.all(
      Array.from({ length: n }, (_, i) => file(`song ${i}.mp3`, `${i}`)),
    );
    await visit(
      server.url,
      async (page) => {
        let [now, most] = [0, 0];
        await page.route("**/v1/predict*", async (route) => {
          most = Math.max(most, ++now);
          const [, i] = route
            .request()
            .postData()
            .match(/filename="song (\d+)\.mp3"/);
          await route.fulfill({ json: predicted(i % 2 ? "rock" : "jazz", 0.6 + i / 2000, true) });
          --now;
        });
        await choose(page, ...files);
        await finished(page, n);
        assert.ok(most <= 3, `${most} requests at once`);
        await sort(page, "Certainty");
        assert.equal((await names(page))[0], "song 499.mp3");
        await page.getByRole("combobox", { name: "Genre" }).selectOption("jazz");
        assert.equal((await names(page)).length, n / 2);
        await row(page, "song 42.mp3").getByRole("button").first().click();
        await page.getByRole("heading", { name: "song 42.mp3" }).waitFor();
        assert.match(await textOf(page, ".verdict .genre"), /^jazz\s+62 %$/);
        const [playlist] = Object.values(await saved(page, "M3U"));
        assert.equal(playlist.match(/#EXTINF/g).length, n / 2);
      },
      { expected: /415/ },
    );
  });
});

describe("listening", () => {
  const labels = ["rock", "jazz"];
  const window = (start, genre) => ({
    type: "window",
    start,
    end: start + 3,
    genre,
    certainty: 0.9,
    genres: labels
      .map((label) => ({ genre: label, certainty: label === genre ? 0.9 : 0.1 }))
      .sort((a, b) => b.certainty - a.certainty),
    silent: false,
  });
  const summary = (genre, confident, final) => ({
    ...window(0, genre),
    type: "summary",
    final,
    confident,
    none_of_these: 0.1,
    windows: 1,
    duration: 3,
    sample_rate: 48000,
    model: "test",
    warnings: [],
  });

  // A server's end of the WebSocket: what it got, and how it sends events.
  async function fake(page) {
    const server = { samples: 0, texts: [] };
    const opened = new Promise((resolve) => (server.opened = resolve));
    await page.routeWebSocket("**/v1/live*", (socket) => {
      server.url = new URL(socket.url());
      server.send = (event) => socket.send(JSON.stringify(event));
      server.close = () => socket.close();
      socket.onMessage((message) => {
        if (typeof message === "string") server.texts.push(message);
        else server.samples += message.length / 4;
        if (message === "end") {
          server.send(summary("rock", true, true));
          socket.close();
        }
      });
      server.opened();
    });
    await page.reload(); // only a page that is opened later has it
    return { server, opened };
  }

  const start = (page) => page.getByRole("button", { name: "Listen", exact: true }).click();

  test("to the microphone draws the genres as they come", async () => {
    await visit(server.url, async (page) => {
      const { server: live, opened } = await fake(page);
      await start(page);
      await opened;
      await page.getByText("Listening …").waitFor();
      assert.equal(live.url.searchParams.get("format"), "f32le");
      assert.ok(Number(live.url.searchParams.get("rate")) >= 8000);
      while (live.samples < 8192) await page.evaluate(() => new Promise(requestAnimationFrame));
      live.send(window(0, "jazz"));
      await page.getByText("Now most like jazz").waitFor();
      live.send(window(3, "rock"));
      await page.getByText("Now most like rock").waitFor();
      assert.match(await textOf(page, ".live .clock"), /0:06/);
      assert.ok((await page.locator(".live .bands path").count()) > 0);
      live.send(summary("jazz", false, false));
      await page.locator(".live .genre", { hasText: "perhaps jazz" }).waitFor();
      assert.doesNotMatch(await textOf(page, ".live"), /%/);
      assert.deepEqual(await violations(page), []);
      await page.getByRole("button", { name: "Stop" }).click();
      await page.locator(".live .genre", { hasText: "rock, 90 %" }).waitFor();
      assert.deepEqual(live.texts, ["end"]);
      await page.getByRole("button", { name: "Close" }).click();
      await page.locator("header.welcome").waitFor();
    });
  });

  test("says why it ended", async () => {
    await visit(server.url, async (page) => {
      const { server: live, opened } = await fake(page);
      await start(page);
      await opened;
      live.send({ type: "error", status: 503, code: "stopping", detail: "It stops." });
      live.close();
      await page.getByRole("alert", { name: "" }).getByText("shutting down").waitFor();
      assert.equal(await page.getByRole("button", { name: "Stop" }).count(), 0);
    });
  });

  test("to a server that does not do that says so", async () => {
    await visit(
      server.url,
      async (page) => {
        await page.route("**/v1/live*", (route) => route.abort());
        await page.evaluate(() => {
          globalThis.WebSocket = class extends WebSocket {
            constructor(url) {
              super(url.href.replace("/v1/live", "/v1/nowhere"));
            }
          };
        });
        await start(page);
        await page.getByRole("alert").getByText("does not listen").waitFor();
      },
      { expected: /WebSocket/ },
    );
  });

  test("works with the server's own predictions", async (t) => {
    const api = await (await fetch(`${server.url}/openapi.json`)).json();
    if (!api.paths["/v1/live"]) return t.skip("this server has no /v1/live");
    await visit(server.url, async (page) => {
      await start(page);
      await page.getByText(/Now most like|Silence/).waitFor();
      await page.getByRole("button", { name: "Stop" }).click();
      await page.getByRole("button", { name: "Close" }).waitFor();
      assert.equal(await page.getByRole("alert").count(), 0);
      assert.notEqual(await textOf(page, ".live .genre"), "Listening …");
    });
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
    const busy = await serve("--rate-limit", "1", "--rate-burst", "1");
    await visit(
      busy.url,
      async (page) => {
        await choose(
          page,
          example,
          ...(await Promise.all([2, 3, 4, 5].map((n) => file(`${n}.wav`, wav(n))))),
        );
        await page
          .getByText(/^retrying in \d s$/)
          .first()
          .waitFor();
        await page.locator(".songs tr.done").nth(4).waitFor();
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
      const timeline = page.getByRole("slider", { name: "Genres" });
      await tabTo(timeline);
      await page.keyboard.press("ArrowRight");
      await page.locator(".window", { hasText: "0:03 to 0:06" }).waitFor();
      assert.match(await timeline.getAttribute("aria-valuetext"), /^0:03 to 0:06: \w+,? /);
      await tabTo(page.getByRole("button", { name: "Play" }));
      await page.keyboard.press("Enter");
      await page.getByRole("button", { name: "Pause" }).waitFor();
      await tabTo(page.getByLabel("Volume"));
      await tabTo(page.getByRole("button", { name: "Zoom in" }));
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
        await page.locator(".songs tr.done").nth(1).waitFor();
        const background = await page.evaluate(
          () => getComputedStyle(document.body).backgroundColor,
        );
        assert.ok(Math.max(...background.match(/\d+/g).map(Number)) < 60, background);
        await picture(page, "page-dark.png");
      },
      { colorScheme: "dark" },
    );
  });

  test("reads the tagline on the line of the name", async () => {
    await visit(server.url, async (page) => {
      await choose(page, example);
      await done(page);
      const baseline = (selector) =>
        page.locator(selector).evaluate((element) => {
          const mark = document.createElement("span");
          mark.style.display = "inline-block"; // empty, so it stands on the baseline
          element.append(mark);
          const { bottom } = mark.getBoundingClientRect();
          mark.remove();
          return bottom;
        });
      const apart = (await baseline("header h1")) - (await baseline("header p"));
      assert.ok(Math.abs(apart) < 0.6, `${apart} px`);
    });
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
        await choose(page, await file("a name that is much too long for a phone.wav", wav(3)));
        await page.locator(".songs tr.done").nth(1).waitFor();
        assert.equal(await wide(), 0);
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
