import { defineConfig } from "vite";

// The page is built against a running server with `npm run dev`: GENRE_URL=http://... where it is
// not the usual one.
const server = process.env.GENRE_URL ?? "http://127.0.0.1:8080";

export default defineConfig({
  base: "./",
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
