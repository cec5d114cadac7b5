// The shortcodes people and bots use most. Unknown ones stay as they were typed.

const TABLE = `
white_check_mark ✅|heavy_check_mark ✔️|ballot_box_with_check ☑️|x ❌|negative_squared_cross_mark ❎|no_entry ⛔
no_entry_sign 🚫|warning ⚠️|question ❓|grey_question ❔|exclamation ❗|heavy_exclamation_mark ❗|bangbang ‼️
information_source ℹ️|hourglass ⌛|hourglass_flowing_sand ⏳|stopwatch ⏱️|alarm_clock ⏰|clock1 🕐|clock3 🕒|clock9 🕘
calendar 📆|date 📅|spiral_calendar_pad 🗓️|gear ⚙️|wrench 🔧|hammer 🔨|hammer_and_wrench 🛠️|nut_and_bolt 🔩|toolbox 🧰
lock 🔒|unlock 🔓|closed_lock_with_key 🔐|key 🔑|shield 🛡️|leftwards_arrow_with_hook ↩️|arrow_right_hook ↪️
arrow_right ➡️|arrow_left ⬅️|arrow_up ⬆️|arrow_down ⬇️|arrow_forward ▶️|fast_forward ⏩
black_right_pointing_double_triangle_with_vertical_bar ⏭️|repeat 🔁|arrows_counterclockwise 🔄|arrows_clockwise 🔃
pause_button ⏸️|double_vertical_bar ⏸️|black_square_for_stop ⏹️|stop_button ⏹️|octagonal_sign 🛑|rotating_light 🚨
construction 🚧|sos 🆘|large_green_circle 🟢|green_circle 🟢|large_yellow_circle 🟡|large_orange_circle 🟠
red_circle 🔴|large_blue_circle 🔵|large_purple_circle 🟣|white_circle ⚪|black_circle ⚫|large_green_square 🟩
large_red_square 🟥|small_blue_diamond 🔹|small_orange_diamond 🔸|smile 😄|slightly_smiling_face 🙂|simple_smile 🙂
grinning 😀|grin 😁|joy 😂|laughing 😆|wink 😉|blush 😊|thinking_face 🤔|neutral_face 😐|confused 😕|disappointed 😞|cry 😢
sob 😭|rage 😡|sweat_smile 😅|sunglasses 😎|heart_eyes 😍|face_with_rolling_eyes 🙄|shrug 🤷|facepalm 🤦|thumbsup 👍|+1 👍
thumbsdown 👎|-1 👎|ok_hand 👌|wave 👋|clap 👏|raised_hands 🙌|pray 🙏|muscle 💪|point_right 👉|point_left 👈|point_up ☝️
point_down 👇|raised_hand ✋|hand ✋|handshake 🤝|writing_hand ✍️|eyes 👀|eye 👁️|brain 🧠|speech_balloon 💬
thought_balloon 💭|bust_in_silhouette 👤|busts_in_silhouette 👥|technologist 🧑‍💻|robot_face 🤖|ghost 👻|skull 💀
fire 🔥|tada 🎉|sparkles ✨|star ⭐|star2 🌟|zap ⚡|boom 💥|100 💯|rocket 🚀|bulb 💡|bell 🔔|no_bell 🔕|mega 📣|loudspeaker 📢
pushpin 📌|round_pushpin 📍|paperclip 📎|link 🔗|mag 🔍|mag_right 🔎|email 📧|envelope ✉️|inbox_tray 📥|outbox_tray 📤
mailbox 📫|package 📦|clipboard 📋|memo 📝|pencil ✏️|pencil2 ✏️|page_facing_up 📄|scroll 📜|bookmark 🔖|bookmark_tabs 📑
books 📚|file_folder 📁|open_file_folder 📂|card_index 📇|bar_chart 📊|chart_with_upwards_trend 📈
chart_with_downwards_trend 📉|computer 💻|desktop_computer 🖥️|iphone 📱|phone ☎️|telephone_receiver 📞|floppy_disk 💾
battery 🔋|electric_plug 🔌|satellite_antenna 📡|globe_with_meridians 🌐|earth_africa 🌍|cloud ☁️|sunny ☀️|umbrella ☔
snowflake ❄️|rainbow 🌈|moneybag 💰|dollar 💵|credit_card 💳|receipt 🧾|ticket 🎫|label 🏷️|wastebasket 🗑️|recycle ♻️
infinity ♾️|heavy_plus_sign ➕|heavy_minus_sign ➖|heart ❤️|green_heart 💚|blue_heart 💙|broken_heart 💔|coffee ☕
beer 🍺|pizza 🍕|cake 🍰|dog 🐶|cat 🐱|bug 🐛|turtle 🐢|snail 🐌|seedling 🌱|deciduous_tree 🌳|checkered_flag 🏁
triangular_flag_on_post 🚩|white_flag 🏳️|dart 🎯|trophy 🏆|medal 🏅|game_die 🎲|magic_wand 🪄|test_tube 🧪|microscope 🔬
scales ⚖️|bank 🏦|office 🏢|house 🏠|door 🚪|hospital 🏥|pill 💊|adhesive_bandage 🩹|ambulance 🚑|airplane ✈️|car 🚗
red_car 🚗|ship 🚢|anchor ⚓|one 1️⃣|two 2️⃣|three 3️⃣|four 4️⃣|five 5️⃣|six 6️⃣|seven 7️⃣|eight 8️⃣|nine 9️⃣
zero 0️⃣|keycap_ten 🔟|new 🆕|ok 🆗|cool 🆒|free 🆓|up 🆙|copyright ©️|registered ®️|tm ™️|bot 🤖|stop_sign 🛑`;

const EMOJI = new Map(
  TABLE.trim()
    .split(/[|\n]/)
    .map((entry) => entry.split(" ")),
);

/** The character for a shortcode without its colons, or undefined. */
export function emojiFor(name) {
  return EMOJI.get(name);
}
