import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/** The two pages own every path below theirs, as the real server has it. */
const pages: Plugin = {
  name: "candor-pages",
  configureServer(server) {
    server.middlewares.use((request, _response, next) => {
      const match = /^\/(join|hr)(\/[^.?]*)?(\?.*)?$/.exec(request.url ?? "");
      if (match) request.url = `/${match[1]}/index.html`;
      next();
    });
  },
};

const api = { target: "http://127.0.0.1:8000", changeOrigin: false };

export default defineConfig({
  appType: "mpa",
  plugins: [react(), pages],
  build: {
    outDir: "../service/web",
    emptyOutDir: true,
    manifest: true,
    rollupOptions: { input: { join: "join/index.html", hr: "hr/index.html" } },
  },
  server: {
    proxy: { "/api": api },
  },
  test: { environment: "node", include: ["src/**/*.test.ts"] },
});
