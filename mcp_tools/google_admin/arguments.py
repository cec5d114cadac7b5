"""The arguments that the tools take, as narrow as Google's own rules."""

from typing import Annotated, Literal

from pydantic import Field

# Letters of an address as Google allows them (Google Workspace help: "Username and group name guidelines"), or an id.
ADDRESS = r"[A-Za-z0-9._%+'-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+"
USER_KEY = rf"^([0-9]{{1,32}}|{ADDRESS})$"
# Google's ids of groups have 15 characters; a shorter word is a name, which is no key.
GROUP_KEY = rf"^([a-z0-9]{{12,32}}|{ADDRESS})$"
DOMAIN = r"^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$"
PRINTABLE = r"^[^\\\x00-\x1f\x7f]+$"
# A longer address line would be turned into a POST by googleapiclient (2,048 characters).
PAGE = r"^[!-~]{1,1500}$"
# Google docs: User.name; at most 60 characters each. An apostrophe is taken as well.
PERSON = r"^\w[\w ./'’-]*$"
# AWS docs: "IAM and AWS STS quotas" (names and paths). A comma, which IAM allows, is the separator here.
ROLE_ARN = r"^arn:aws(-cn|-us-gov)?:iam::[0-9]{12}:role/([A-Za-z0-9+=.@_-]{1,100}/){0,8}[A-Za-z0-9+=.@_-]{1,64}$"
PROVIDER_ARN = r"^arn:aws(-cn|-us-gov)?:iam::[0-9]{12}:saml-provider/[A-Za-z0-9._-]{1,128}$"

UserKey = Annotated[
    str,
    Field(description="Primary address, alias or Google id of the account.", max_length=254, pattern=USER_KEY),
]
PrimaryEmail = Annotated[str, Field(description="The new primary address.", max_length=254, pattern=f"^{ADDRESS}$")]
FirstName = Annotated[str, Field(description="Given name.", min_length=1, max_length=60, pattern=PERSON)]
LastName = Annotated[str, Field(description="Family name.", min_length=1, max_length=60, pattern=PERSON)]
GroupKey = Annotated[
    str, Field(description="Address or Google id of the group, not its name.", max_length=254, pattern=GROUP_KEY)
]
OfUser = Annotated[str, Field(description="Only groups that this account is in.", max_length=254, pattern=USER_KEY)]
GroupStart = Annotated[
    str,
    Field(
        description="Only groups whose address begins like this, such as ops.",
        max_length=64,
        pattern=r"^[A-Za-z0-9._%+-]+$",
    ),
]
Role = Annotated[
    Literal["MEMBER", "MANAGER", "OWNER"],
    Field(description="MEMBER takes part, MANAGER also admits others, OWNER may do everything."),
]
Domain = Annotated[str, Field(description="Only this domain, such as example.com.", max_length=253, pattern=DOMAIN)]
Suspended = Annotated[bool, Field(description="true: only suspended accounts; false: only active ones.")]
NamePart = Annotated[str, Field(description="Part of the full name.", max_length=60, pattern=PRINTABLE)]
MaxResults = Annotated[int, Field(description="How many accounts at most.", ge=1, le=500)]
MaxListed = Annotated[int, Field(description="How many at most.", ge=1, le=200)]
PageToken = Annotated[str, Field(description="next_page_token of the answer before.", pattern=PAGE)]
Reason = Annotated[str, Field(description="Why, for the people who approve it and for the record.", max_length=500)]
LicenceName = Annotated[
    str,
    Field(
        description="A name exactly as list_licences gives it, or product/sku ids of a licence that is not listed.",
        max_length=130,
        pattern=r"^[A-Za-z0-9 /-]+$",
    ),
]
AdminRole = Annotated[
    str,
    Field(description="ARN of the IAM role, such as arn:aws:iam::123456789012:role/Reader.", pattern=ROLE_ARN),
]
IdentityProvider = Annotated[
    str,
    Field(
        description="ARN of the SAML provider in the same AWS account, such as "
        "arn:aws:iam::123456789012:saml-provider/Google.",
        pattern=PROVIDER_ARN,
    ),
]
