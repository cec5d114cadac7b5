"""What to do about each error code of Slack's (its list for each method: Slack docs, "Web API methods", Errors)."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Remedy(StrEnum):
    """What can help."""

    LATER = "try again later"
    SMALLER = "try again with less"
    ANEW = "post a new message instead"
    TELL = "nothing helps here: say so, and fail"
    ALARM = "the operator must mend it: keep everything, raise the alarm, try now and then"


def _table(**codes: str) -> Mapping[str, Remedy]:
    return MappingProxyType({code: Remedy[name] for name, text in codes.items() for code in text.split()})


REMEDIES = _table(
    LATER="""external_channel_migrating fatal_error file_update_failed hash_conflict internal_error no_answer
        rate_limited ratelimited request_timeout service_unavailable streaming_state_conflict team_added_to_org
        update_failed""",
    SMALLER="""attachment_payload_limit_exceeded block_mismatch invalid_blocks invalid_blocks_format
        msg_blocks_too_long msg_too_long too_many_attachments view_too_large""",
    ANEW="""cant_update_message edit_window_closed message_not_found""",
    TELL="""alt_txt_too_large as_user_not_supported blocked_file_type bot_not_found bots_not_found
        cannot_reply_to_message cant_broadcast_message cant_delete_file cant_delete_message channel_is_limited_access
        channel_not_found channels_limit_exceeded compliance_exports_prevent_deletion delete_not_allowed
        deprecated_endpoint draft_already_deleted draft_already_sent draft_has_conflict draft_not_found
        duplicate_channel_not_found duplicate_external_id duplicate_message_not_found exchanged_trigger_id
        expired_trigger_id file_deleted file_deleting_disabled file_is_deleted file_not_found file_share_limit_reached
        file_type_not_allowed file_upload_size_restricted file_uploads_disabled file_uploads_except_images_disabled
        insecure_request invalid_arg_name invalid_arguments invalid_array_arg invalid_attachments invalid_channel
        invalid_charset invalid_cursor invalid_form_data invalid_metadata_filter_keys invalid_metadata_format
        invalid_metadata_schema invalid_post_type invalid_team invalid_trigger_id invalid_ts_latest invalid_ts_oldest
        invalid_user_combination is_archived is_bot is_inactive list_record_comment_fetch_failed markdown_text_conflict
        max_file_sharing_exceeded message_limit_exceeded messages_tab_disabled metadata_must_be_sent_from_app
        metadata_too_large method_deprecated method_not_supported_for_channel_type missing_args missing_argument
        missing_file_data missing_post_type missing_profile_id no_dual_broadcast_content_update no_such_subteam no_text
        not_enabled not_enough_users not_found not_implemented not_in_channel posting_to_channel_denied
        push_limit_reached restricted_action restricted_action_non_threadable_channel
        restricted_action_read_only_channel restricted_action_thread_locked restricted_action_thread_only_channel
        send_on_behalf_not_allowed slack_connect_blocked_file_type slack_connect_canvas_sharing_blocked
        slack_connect_clip_sharing_blocked slack_connect_file_link_sharing_blocked
        slack_connect_file_upload_sharing_blocked slack_connect_lists_sharing_blocked snippet_too_large
        storage_limit_reached team_not_found thread_not_found too_many_contact_cards too_many_users
        unable_to_share_files unknown_method unknown_snippet_type unknown_subtype user_disabled user_not_found
        user_not_in_channel user_not_visible users_list_not_supplied users_not_found""",
    ALARM="""access_denied accesslimited account_inactive app_access_restricted ekm_access_denied
        enterprise_is_restricted forbidden_team invalid_auth missing_scope no_permission not_allowed_token_type
        not_authed org_login_required plan_upgrade_required team_access_not_granted token_expired token_revoked
        two_factor_setup_required""",
)

_INVITE = "I am not a member of the channel {channel}. Invite me there with /invite @Countersign, then ask again"
_RIGHTS = "I may not post in the channel {channel}. Allow it in the channel's posting permissions, then ask again"
_MENDS: Mapping[str, str] = MappingProxyType(
    {
        "not_in_channel": _INVITE,
        "channel_not_found": "The channel {channel} does not exist, or I cannot see it. Invite me there "
        "with /invite @Countersign, or have an admin name another approver channel in SLACK_CHANNEL_ID, then ask again",
        "is_archived": "The channel {channel} is archived. Unarchive it, or have an admin name another approver "
        "channel in SLACK_CHANNEL_ID, then ask again",
        "is_inactive": "The channel {channel} is frozen or archived. Have an admin name another approver channel "
        "in SLACK_CHANNEL_ID, then ask again",
        "posting_to_channel_denied": _RIGHTS,
        "missing_scope": "The Slack app lacks a permission{needed}. Reinstall it with the scopes of manifest.yml; "
        "everything goes on by itself then",
        "no_permission": "The Slack app lacks a permission{needed}. Reinstall it with the scopes of manifest.yml; "
        "everything goes on by itself then",
        "plan_upgrade_required": "The workspace's plan has no user groups: name approvers by user id in the policy, or "
        "upgrade the plan",
        "org_login_required": "The workspace moves to an organisation: everything goes on by itself afterwards, or "
        "install the app again there",
    }
)
_REFUSED = (
    "Slack refuses our token. Install the app again, or copy SLACK_BOT_TOKEN again from its page OAuth & Permissions "
    "and restart; nothing is lost meanwhile"
)
_TOO_LARGE = "Slack refused the message even at its smallest. Ask for less at a time"
_DEFECT = "Slack refused the message for good. Tell an admin"


def remedy(code: str) -> Remedy:
    """What helps; a code that nobody knows may pass."""
    return REMEDIES.get(code, Remedy.LATER)


def mend(code: str, channel: str, needed: str = "") -> str:
    """How people can mend it, without a full stop; empty for what passes by itself."""
    kind = remedy(code)
    if kind in (Remedy.LATER, Remedy.ANEW):
        return ""
    words = _MENDS.get(code) or _family(code, kind)
    return words.format(channel=channel, needed=f" ({needed})" if needed else "")


def _family(code: str, kind: Remedy) -> str:
    if code.startswith("restricted_action"):
        return _RIGHTS
    return {Remedy.ALARM: _REFUSED, Remedy.SMALLER: _TOO_LARGE}.get(kind, _DEFECT)
