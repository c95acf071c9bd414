import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { defineConfig } from "vite";

// Compresses every file once, instead of the server with every request.
const compressed = {
  name: "compressed",
  apply: "build",
  writeBundle({ dir }) {
    for (const name of readdirSync(dir, { recursive: true })) {
      if (!/\.(css|html|js|svg)$/.test(name)) continue;
      const file = path.join(dir, name);
      const content = readFileSync(file);
      const small = gzipSync(content, { level: 9 });
      if (small.length < content.length) writeFileSync(`${file}.gz`, small);
    }
  },
};

// `npm run dev` shows the page as it is written, with this server behind it.
const server = process.env.GENRE_URL ?? "http://127.0.0.1:8080";

export default defineConfig({
  base: "./",
  plugins: [compressed],
  esbuild: { jsx: "automatic", jsxImportSource: "preact" },
  build: {
    target: "es2022",
    assetsInlineLimit: 0, // the Content-Security-Policy allows files, no data: URLs
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 2000, // kB; that of Swagger UI, which only /docs loads
    rollupOptions: { input: { index: "index.html", docs: "docs.html" } },
  },
  server: { proxy: { "/v1": server, "/openapi.json": server } },
});
