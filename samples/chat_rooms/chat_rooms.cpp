// A hundred thousand members in a thousand rooms; what one says, the whole room hears. README.md
// tells the story.
#include "engine/ariadne.h"

#include <string>

namespace samples::chat_rooms {
using namespace ariadne;

struct ChatArgs {
    std::uint32_t members = 100'000;
    std::uint32_t rooms = 1000;
    // NOLINTNEXTLINE(readability-identifier-naming): as it is typed, --arg talk_per_mille=50
    std::uint32_t talk_per_mille = 100;  ///< of the members say something, once
    Duration evening = 1s;               ///< latest time at which somebody does
};
BOOST_DESCRIBE_STRUCT(ChatArgs, (), (members, rooms, talk_per_mille, evening))

// Member and room
struct Join {
    bool talks = false;  ///< one Say will follow
};
BOOST_DESCRIBE_STRUCT(Join, (), (talks))
struct Say {
    std::uint32_t number = 0;
};
BOOST_DESCRIBE_STRUCT(Say, (), (number))
struct Said {
    CellRef who{};
    std::uint32_t number = 0;
};
BOOST_DESCRIBE_STRUCT(Said, (), (who, number))
struct LastCall {};
BOOST_DESCRIBE_STRUCT(LastCall, (), ())
struct Left {
    std::uint32_t heard = 0;
};
BOOST_DESCRIBE_STRUCT(Left, (), (heard))

/// A member's timer.
struct Speak {};
BOOST_DESCRIBE_STRUCT(Speak, (), ())

/// A room's report to the house.
struct RoomClosed {
    std::uint32_t said = 0;
    std::uint64_t heard = 0;  ///< by all members together
};
BOOST_DESCRIBE_STRUCT(RoomClosed, (), (said, heard))

struct Room;

struct Member {
    Ref<Room> room{};
    std::uint32_t number = 0;
    std::uint32_t talkPerMille = 0;
    Duration evening{0};
    std::uint32_t heard = 0;

    void on(Context& cx, const Start&);
    void on(Context& cx, const Speak&);
    void on(Context&, const Said&) { ++heard; }
    void on(Context& cx, const LastCall&) { cx.reply(Left{heard}); }
};
BOOST_DESCRIBE_STRUCT(Member, (), (room, number, talkPerMille, evening, heard))
ARIADNE_ACTOR(Member, Start, Speak, Said, LastCall)

/// Passes on what is said to all who have joined, and checks at the end that each heard all of it.
struct Room {
    ChatArgs args{};
    std::uint32_t expected = 0;  ///< members
    /// Who has joined, with what had been said before.
    OrderedMap<CellRef, std::uint32_t> saidBefore{};
    std::uint32_t announced = 0;  ///< members who will say something, or have
    std::uint32_t said = 0;
    std::uint32_t left = 0;   ///< members
    std::uint64_t heard = 0;  ///< by those who left

    void on(Context& cx, const Start&);
    void on(Context& cx, const Join& m);
    void on(Context& cx, const Say& m);
    void on(Context& cx, const Left& m);
    void closeWhenAllIsSaid(Context& cx);
};
BOOST_DESCRIBE_STRUCT(Room, (), (args, expected, saidBefore, announced, said, left, heard))
ARIADNE_ACTOR(Room, Start, Join, Say, Left)

/// The house: opens the rooms, and sums up.
struct ChatRooms {
    ChatArgs args{};
    std::uint32_t closed = 0;  ///< rooms
    std::uint64_t said = 0;
    std::uint64_t heard = 0;

    void on(Context& cx, const ChatArgs& m);
    void on(Context& cx, const RoomClosed& m);
};
BOOST_DESCRIBE_STRUCT(ChatRooms, (), (args, closed, said, heard))
ARIADNE_ACTOR(ChatRooms, ChatArgs, RoomClosed)

void Member::on(Context& cx, const Start&) {
    const bool talks = cx.random().below(1000) < talkPerMille;
    cx.send(room, Join{talks});
    if (talks) cx.after(Duration{cx.random().between(0, evening.count())}, Speak{});
}

void Member::on(Context& cx, const Speak&) {
    cx.send(room, Say{number});
}

void Room::on(Context& cx, const Start&) {
    for (std::uint32_t i = 0; i < expected; ++i)
        cx.spawn<Member>("member", {.room = cx.self<Room>(),
                                    .number = i + 1,
                                    .talkPerMille = args.talk_per_mille,
                                    .evening = args.evening});
}

void Room::on(Context& cx, const Join& m) {
    saidBefore.insert_or_assign(cx.sender(), said);
    if (m.talks) ++announced;
    closeWhenAllIsSaid(cx);
}

void Room::on(Context& cx, const Say& m) {
    ++said;
    const Said passedOn{cx.sender(), m.number};
    for (const auto& [who, before] : saidBefore) cx.send(Ref<Member>{who}, passedOn);
    closeWhenAllIsSaid(cx);
}

// Each member gets what it is sent in that order, so LastCall comes after all that was said.
void Room::closeWhenAllIsSaid(Context& cx) {
    if (saidBefore.size() < expected || said < announced) return;
    for (const auto& [who, before] : saidBefore) cx.send(Ref<Member>{who}, LastCall{});
}

void Room::on(Context& cx, const Left& m) {
    const std::uint32_t since = said - saidBefore.at(cx.sender());
    if (m.heard != since)
        cx.fail("a member heard " + std::to_string(m.heard) + " of the " + std::to_string(since) +
                " things said since it joined");
    heard += m.heard;
    if (++left < expected) return;
    cx.send(Ref<ChatRooms>{cx.parent()}, RoomClosed{said, heard});
    cx.stop("all was said");
}

void ChatRooms::on(Context& cx, const ChatArgs& m) {
    if (m.rooms == 0 || m.members < m.rooms)
        cx.fail(std::to_string(m.rooms) + " rooms for " + std::to_string(m.members) +
                " members, expected at least 1 room and as many members; set --arg rooms and "
                "--arg members");
    args = m;
    for (std::uint32_t i = 0; i < args.rooms; ++i) {
        const std::uint32_t extra = i < args.members % args.rooms ? 1 : 0;
        cx.spawn<Room>("room", {.args = args, .expected = args.members / args.rooms + extra});
    }
}

void ChatRooms::on(Context& cx, const RoomClosed& m) {
    said += m.said;
    heard += m.heard;
    if (++closed < args.rooms) return;
    cx.stop(std::to_string(args.members) + " members in " + std::to_string(args.rooms) +
            " rooms: " + std::to_string(said) + " things said, heard " + std::to_string(heard) +
            " times");
}

ARIADNE_PROGRAM("chat_rooms", "1.0", ChatRooms, ChatArgs)

}  // namespace samples::chat_rooms
