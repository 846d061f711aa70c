import { useEffect } from "react";

/** Larger captions for whoever asked for them: the styles look at this mark. */
export function useCaptionsAlways(isWished: boolean): void {
  useEffect(() => {
    document.documentElement.toggleAttribute("data-captions", isWished);
  }, [isWished]);
}
