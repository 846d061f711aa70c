import { Button, FocusTrap, Portal } from "@mantine/core";
import { useViewportSize } from "@mantine/hooks";
import { useEffect, useState } from "react";
import { useLocation, useNavigate } from "react-router";
import { useText } from "../../i18n";
import { place, type Spot, STEPS } from "./steps";

interface Props {
  readonly onClose: () => void;
}

/** A few words at each place; the arrow keys go on and back, Escape ends it. */
export function Tour({ onClose }: Props) {
  const { t } = useText();
  const [at, setAt] = useState(0);
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const step = STEPS[at] ?? STEPS[0];
  const spot = useSpot(step.target);
  const isLast = at === STEPS.length - 1;
  const next = () => (isLast ? onClose() : setAt(at + 1));
  const back = () => setAt(Math.max(0, at - 1));

  useEffect(() => {
    if (pathname !== step.path) void navigate(step.path);
  }, [pathname, step.path, navigate]);

  return (
    <Portal>
      {spot.box && <div aria-hidden="true" className="tour-ring" style={spot.box} />}
      <FocusTrap active key={step.key}>
        <section
          aria-describedby="tour-text"
          aria-labelledby="tour-title"
          aria-modal="false"
          className="tour"
          data-testid="tour"
          onKeyDown={({ key }) => {
            if (key === "Escape") onClose();
            else if (key === "ArrowRight") next();
            else if (key === "ArrowLeft") back();
          }}
          role="dialog"
          style={spot.card}
        >
          <p className="muted small">{t("tour.step", { at: at + 1, of: STEPS.length })}</p>
          <h2 id="tour-title">{t(`tourTitle.${step.key}`)}</h2>
          <p id="tour-text">{t(`tourText.${step.key}`)}</p>
          <div className="tour-actions">
            <Button onClick={onClose} size="xs" variant="subtle">
              {t("tour.end")}
            </Button>
            <span>
              {at > 0 && (
                <Button onClick={back} size="xs" variant="default">
                  {t("tour.back")}
                </Button>
              )}
              <Button data-autofocus data-testid="tour-next" onClick={next} size="xs">
                {t(isLast ? "tour.done" : "tour.next")}
              </Button>
            </span>
          </div>
        </section>
      </FocusTrap>
    </Portal>
  );
}

/** Looked up anew while pages load; what is not to be seen (a folded menu) is not pointed at. */
function useSpot(target: string | null): Spot {
  const view = useViewportSize();
  const [spot, setSpot] = useState<Spot>(() => place(null, view));
  useEffect(() => {
    const look = () => setSpot(place(target ? boxOf(target) : null, view));
    look();
    const timer = window.setInterval(look, 250);
    return () => window.clearInterval(timer);
  }, [target, view]);
  return spot;
}

function boxOf(target: string) {
  const element = document.querySelector(`[data-testid="${target}"]`);
  const found = element?.closest(".mantine-InputWrapper-root") ?? element;
  if (!(found instanceof HTMLElement) || !found.checkVisibility()) return null;
  const { left, top, width, height } = found.getBoundingClientRect();
  const isSeen = width > 0 && left + width > 0 && left < innerWidth && top < innerHeight;
  return isSeen ? { left, top, width, height: Math.min(height, innerHeight - top - 8) } : null;
}
