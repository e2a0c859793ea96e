import { useState } from "react";
import { codeIn, signInByToken, type SignIn } from "../api/signin";

export function SignInCard({ busy, why, onToken, onCode }: { busy: boolean; why: string | null; onToken: (signIn: SignIn) => void; onCode: (code: string) => void }) {
  const [text, set] = useState("");
  const go = () => {
    const typed = text.trim();
    if (typed === "") return;
    const hash = typed.indexOf("#");
    const code = hash >= 0 ? codeIn(typed.slice(hash)) : null;
    if (code !== null) onCode(code);
    else onToken(signInByToken(typed));
  };
  return (
    <main className="signin">
      <h1>PyFixMsg Plus</h1>
      {busy ? <p role="status">Signing in …</p> : (
        <form onSubmit={(event) => { event.preventDefault(); go(); }}>
          {why !== null ? <p className="refused" role="alert">{why}</p> : null}
          <p>Open the link that the service printed at its start. It signs in once; restart the service, or ask its operator, for another.</p>
          <label>Or paste a link or an access token
            <input value={text} onChange={(event) => set(event.target.value)} autoComplete="off" spellCheck={false} type="password" />
          </label>
          <div className="row end"><button type="submit" className="main" disabled={text.trim() === ""}>Sign in</button></div>
        </form>
      )}
    </main>
  );
}
