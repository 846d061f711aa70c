import "./texts";
import { useCallback, useEffect, useState } from "react";
import { unwrap } from "../../api/problem";
import type { RightsStatus } from "../../api/types";
import { useText } from "../../i18n";
import { errorText } from "../../i18n/text";
import { Message } from "../../ui/message";
import { Loading } from "../loading";
import { useClient } from "../use-client";
import { Asked } from "./asked";
import { Receipt } from "./receipt";
import { Rights } from "./rights";
import { Where } from "./where";

const AGAIN_MS = 20_000;
/** A copy is made within seconds. */
const SOON_MS = 2_000;

/** What comes after an interview: where it stands, the receipt, and what may be asked for. */
export default function After({ token }: { readonly token: string }) {
  const text = useText();
  const client = useClient(token);
  const [status, setStatus] = useState<RightsStatus | null>(null);
  const [looks, setLooks] = useState(0);
  const [error, setError] = useState<unknown>(null);

  const read = useCallback(async () => {
    try {
      setStatus(await unwrap(client.GET("/api/candidate/rights")));
      setLooks((count) => count + 1);
      setError(null);
    } catch (problem) {
      setError(problem);
    }
  }, [client]);
  const isSoon = status?.requests.some((one) => one.kind === "copy" && one.state === "open");
  useEffect(() => void read(), [read]);
  useEffect(() => {
    const timer = setInterval(() => void read(), isSoon ? SOON_MS : AGAIN_MS);
    return () => clearInterval(timer);
  }, [read, isSoon]);

  if (!status && error === null) return <Loading />;
  return (
    <>
      {error !== null && (
        <Message isUrgent tone="danger">
          {errorText(text, error)}
        </Message>
      )}
      {status && (
        <>
          <Where status={status} />
          <Asked onChange={setStatus} status={status} token={token} />
          <Receipt stamp={looks} token={token} />
          <Rights onChange={setStatus} status={status} token={token} />
        </>
      )}
    </>
  );
}
