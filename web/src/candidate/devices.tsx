import { lazy, Suspense } from "react";
import type { Interview } from "../api/types";
import { useText } from "../i18n";
import type { Devices as DeviceState } from "./use-devices";

interface Props {
  readonly devices: DeviceState;
  readonly view: Interview;
  readonly token: string;
  readonly onStart: (stream: MediaStream) => void;
}

/** The check brings its own texts and styles: none of it weighs on the first page. */
const Check = lazy(() => import("./check/page"));

export function Devices(props: Props) {
  const { t } = useText();
  return (
    <Suspense
      fallback={
        <p className="loading" role="status">
          {t("loading")}
        </p>
      }
    >
      <Check {...props} />
    </Suspense>
  );
}
