import { type ComponentProps, lazy, Suspense } from "react";
import { useText } from "../i18n";

/** Asked for while the devices are being checked, so that nobody waits for it at the start. */
export const bringInterview = () => import("./interview");
const Page = lazy(async () => ({ default: (await bringInterview()).Interview }));

export function Interview(props: ComponentProps<typeof Page>) {
  const { t } = useText();
  return (
    <Suspense
      fallback={
        <p className="loading" role="status">
          {t("loading")}
        </p>
      }
    >
      <Page {...props} />
    </Suspense>
  );
}
