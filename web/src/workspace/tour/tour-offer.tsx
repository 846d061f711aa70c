import { Button } from "@mantine/core";
import { useState } from "react";
import { useText } from "../../i18n";
import { markSeen, startTour, wasSeen } from "./steps";

/** Offered once on each device, and never in the way. */
export function TourOffer() {
  const { t } = useText();
  const [isGone, setGone] = useState(wasSeen);
  if (isGone) return null;
  const end = (start: boolean) => {
    markSeen();
    setGone(true);
    if (start) startTour();
  };
  return (
    <section aria-label={t("tour.start")} className="tour-offer" data-testid="tour-offer">
      <p>{t("tour.offer")}</p>
      <div>
        <Button data-testid="tour-start" onClick={() => end(true)} size="xs">
          {t("tour.start")}
        </Button>
        <Button data-testid="tour-later" onClick={() => end(false)} size="xs" variant="subtle">
          {t("tour.later")}
        </Button>
      </div>
    </section>
  );
}
