"""What a post may say for X alone."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field, model_validator

Id = Annotated[str, Field(pattern=r"^[0-9]{1,19}$")]


class Poll(BaseModel, extra="forbid", frozen=True):
    """A poll under the first part."""

    options: list[Annotated[str, Field(min_length=1, max_length=25)]] = Field(
        min_length=2, max_length=4, description="the answers, 2 to 4, each up to 25 characters"
    )
    duration_minutes: int = Field(ge=5, le=10_080, description="minutes that the poll is open, 5 to 10080 (a week)")


class Settings(BaseModel, extra="forbid", frozen=True, coerce_numbers_to_str=True):
    """What a post may say for X alone."""

    reply_settings: Literal["following", "mentionedUsers", "subscribers", "verified"] | None = Field(
        default=None, description="who may reply; everybody when absent"
    )
    community_id: Id | None = Field(default=None, description="number of the community that the post goes to")
    quote: Id | None = Field(default=None, description="number of the post that the first part quotes")
    poll: Poll | None = Field(default=None, description="a poll under the first part; excludes media and `quote`")
    made_with_ai: bool = Field(default=False, description="says that the media were made with AI")
    paid_partnership: bool = Field(default=False, description="says that the post is a paid partnership")
    sensitive: list[Literal["adult_content", "graphic_violence", "other"]] = Field(
        default=[], description="warnings in front of the media"
    )
    premium: bool = Field(
        default=False, description="the account has X Premium: up to 25,000 characters (asked of X at the first use)"
    )

    article: bool = Field(default=False, description="articles instead of posts, for an account entry of its own")

    @model_validator(mode="after")
    def _poll_or_quote(self) -> Settings:
        if self.poll and self.quote:
            raise ValueError("a post cannot have both a poll and a quote")
        return self
