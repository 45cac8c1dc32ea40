#include "engine/ariadne.h"

namespace samples::hello {
using namespace ariadne;

struct Greet {
    std::string name;
};
BOOST_DESCRIBE_STRUCT(Greet, (), (name))
struct Greeting {
    std::string text;
};
BOOST_DESCRIBE_STRUCT(Greeting, (), (text))

struct Greeter {
    std::uint32_t greeted = 0;
    void on(Context& cx, const Greet& m) {
        ++greeted;
        cx.reply(Greeting{"hello, " + m.name});
    }
};
BOOST_DESCRIBE_STRUCT(Greeter, (), (greeted))
ARIADNE_ACTOR(Greeter, Greet)

struct HelloArgs {
    std::string name = "world";
};
BOOST_DESCRIBE_STRUCT(HelloArgs, (), (name))

struct Hello {
    void on(Context& cx, const HelloArgs& args) {
        const Ref<Greeter> greeter = cx.spawn<Greeter>("greeter");
        cx.ask(greeter, Greet{args.name}, within(1s));
    }
    void on(Context& cx, const Greeting& m) { cx.stop(m.text); }
};
BOOST_DESCRIBE_STRUCT(Hello, (), ())
ARIADNE_ACTOR(Hello, HelloArgs, Greeting)

ARIADNE_PROGRAM("hello", "1.0", Hello, HelloArgs)

}  // namespace samples::hello
