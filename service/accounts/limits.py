"""How often a login may be tried."""

from __future__ import annotations

import math
import time
from typing import Annotated, cast

from fastapi import Depends, Request
from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import FixedWindowRateLimiter

from service.access.tokens import token_hash
from service.errors import ServiceError

# A person who mistypes gets ten tries in five minutes. The two wider limits stop one address
# that tries many accounts, and many addresses that try one; they leave room for an office
# behind one address, and keep outsiders from locking somebody out with a handful of requests.
BY_PAIR = RateLimitItemPerMinute(10, 5, namespace="pair")
BY_EMAIL = RateLimitItemPerMinute(50, 5, namespace="email")
BY_ADDRESS = RateLimitItemPerMinute(100, 5, namespace="address")


class LoginLimits:
    """Counts attempts in this process's memory; addresses are kept as hashes."""

    def __init__(self) -> None:
        self._limiter = FixedWindowRateLimiter(MemoryStorage())

    async def spend(self, email: str, address: str) -> None:
        """Count one attempt before its password is looked at. Raises ServiceError 429."""
        pair = token_hash(f"{email} {address}")
        keys = ((BY_PAIR, pair), (BY_ADDRESS, address), (BY_EMAIL, token_hash(email)))
        for item, key in keys:
            if not await self._limiter.hit(item, key):
                stats = await self._limiter.get_window_stats(item, key)
                wait = max(1, math.ceil(stats.reset_time - time.time()))
                raise ServiceError(
                    "too_many_requests",
                    429,
                    "Too many attempts. Wait a little, then try again.",
                    headers={"Retry-After": str(wait)},
                )

    async def forgive(self, email: str, address: str) -> None:
        """Forget the mistypings of somebody who then got in."""
        await self._limiter.clear(BY_PAIR, token_hash(f"{email} {address}"))


def get_limits(request: Request) -> LoginLimits:
    """This application's counters, made at the first login."""
    state = request.app.state
    if not hasattr(state, "login_limits"):
        state.login_limits = LoginLimits()
    return cast(LoginLimits, state.login_limits)


LimitsDep = Annotated[LoginLimits, Depends(get_limits)]
