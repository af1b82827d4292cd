"""The parameters of the Bot API's methods; what is not here does not exist."""

from __future__ import annotations

from collections.abc import Mapping


def _names(names: str) -> frozenset[str]:
    return frozenset(names.split())


_SENT = _names(
    "chat_id message_thread_id business_connection_id direct_messages_topic_id"
    " disable_notification protect_content allow_paid_broadcast message_effect_id"
    " suggested_post_parameters reply_parameters reply_markup"
)
_CAPTION = _names("caption parse_mode caption_entities")
_EDITED = _names("business_connection_id chat_id message_id inline_message_id reply_markup")
_MENU = _names("scope language_code")
KNOWN: Mapping[str, frozenset[str]] = {
    "getMe": frozenset(),
    "logOut": frozenset(),
    "close": frozenset(),
    "getUpdates": _names("offset limit timeout allowed_updates"),
    "setWebhook": _names(
        "url certificate ip_address max_connections allowed_updates drop_pending_updates"
        " secret_token"
    ),
    "deleteWebhook": _names("drop_pending_updates"),
    "getWebhookInfo": frozenset(),
    "sendMessage": _SENT | _names("text parse_mode entities link_preview_options"),
    "sendPhoto": _SENT | _CAPTION | _names("photo show_caption_above_media has_spoiler"),
    "sendDocument": _SENT | _CAPTION | _names("document thumbnail disable_content_type_detection"),
    "sendLocation": _SENT
    | _names("latitude longitude horizontal_accuracy live_period heading proximity_alert_radius"),
    "sendChatAction": _names("business_connection_id chat_id message_thread_id action"),
    "editMessageText": _EDITED | _names("text parse_mode entities link_preview_options"),
    "editMessageReplyMarkup": _EDITED,
    "deleteMessage": _names("chat_id message_id"),
    "answerCallbackQuery": _names("callback_query_id text show_alert url cache_time"),
    "answerInlineQuery": _names(
        "inline_query_id results cache_time is_personal next_offset button"
    ),
    "getFile": _names("file_id"),
    "getChat": _names("chat_id"),
    "leaveChat": _names("chat_id"),
    "setMyCommands": _MENU | _names("commands"),
    "getMyCommands": _MENU,
    "deleteMyCommands": _MENU,
    "setMyName": _names("name language_code"),
    "getMyName": _names("language_code"),
    "setMyDescription": _names("description language_code"),
    "getMyDescription": _names("language_code"),
    "setMyShortDescription": _names("short_description language_code"),
    "getMyShortDescription": _names("language_code"),
}
STRUCTURED = _names(
    "allowed_updates button caption_entities commands entities link_preview_options reply_markup"
    " reply_parameters results scope suggested_post_parameters"
)
"""Parameters that come as JSON in a form."""
SWITCHES = _names(
    "allow_paid_broadcast disable_content_type_detection disable_notification"
    " drop_pending_updates has_spoiler is_personal protect_content show_alert"
    " show_caption_above_media"
)
NUMBERS = _names("cache_time limit max_connections message_id offset timeout")
FRACTIONS = _names("horizontal_accuracy latitude longitude")
ACTIONS = _names(
    "typing upload_photo record_video upload_video record_voice upload_voice upload_document"
    " choose_sticker find_location record_video_note upload_video_note"
)
SCOPES = _names(
    "default all_private_chats all_group_chats all_chat_administrators chat chat_administrators"
    " chat_member"
)
