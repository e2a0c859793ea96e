import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./App";
import { Connection } from "./stream/connection";
import "./page.css";

const scheme = location.protocol === "https:" ? "wss" : "ws";
const connection = new Connection(`${scheme}://${location.host}/api/v1/monitor`);

// For whoever looks into the page: what it holds, to be compared with the service's, and a way to break the connection.
Object.assign(window, { fixplus: { held: () => connection.snapshot().held, cut: () => connection.cut() } });

createRoot(document.getElementById("page") as HTMLElement).render(
  <StrictMode>
    <App connection={connection} />
  </StrictMode>,
);
