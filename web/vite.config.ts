import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// The same source gives the same bytes: names come from content alone, and nothing of the machine enters the files.
export default defineConfig({
  base: "/",
  plugins: [react()],
  build: {
    outDir: "../pyfixmsg_plus/monitor/static",
    emptyOutDir: true,
    target: "es2022",
    sourcemap: false,
    // Small files stay files: the policy of the page allows no script or style inside it.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
