#pragma once

#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "p2p/control/codec.h"
#include "p2p/control/fields.h"

/// What crosses the control socket, one JSON object a line. To the node:
///     {"call":"setSeeding","with":["<content id>",true]}      the facade's function and its arguments
/// and from it:
///     {"snapshot":{…}}                                        the latest; its library and history are null where they are those sent before
///     {"event":"published","with":["mutoscope:…",""]}         the facade's signal and its arguments
///     {"error":"…"}                                           why a line was not taken; nothing was done
namespace mutoscope::control
{

/// A function of the facade and its name.
template <auto function>
struct Named {
    std::string_view name;
};

/// Both ends go by these two tables.
inline constexpr std::tuple calls{
    Named<&node::Node::open>{"open"},
    Named<&node::Node::approve>{"approve"},
    Named<&node::Node::setReadAhead>{"setReadAhead"},
    Named<&node::Node::retry>{"retry"},
    Named<&node::Node::setQuality>{"setQuality"},
    Named<&node::Node::fetchSubtitles>{"fetchSubtitles"},
    Named<&node::Node::finish>{"finish"},
    Named<&node::Node::createWallet>{"createWallet"},
    Named<&node::Node::restoreWallet>{"restoreWallet"},
    Named<&node::Node::unlock>{"unlock"},
    Named<&node::Node::lock>{"lock"},
    Named<&node::Node::showWords>{"showWords"},
    Named<&node::Node::confirmWords>{"confirmWords"},
    Named<&node::Node::setPassphrase>{"setPassphrase"},
    Named<&node::Node::moveKey>{"moveKey"},
    Named<&node::Node::topUp>{"topUp"},
    Named<&node::Node::payOutIncome>{"payOutIncome"},
    Named<&node::Node::closeSpendAddress>{"closeSpendAddress"},
    Named<&node::Node::send>{"send"},
    Named<&node::Node::fetchContract>{"fetchContract"},
    Named<&node::Node::refreshWallet>{"refreshWallet"},
    Named<&node::Node::publish>{"publish"},
    Named<&node::Node::cancelPublishing>{"cancelPublishing"},
    Named<&node::Node::setSeeding>{"setSeeding"},
    Named<&node::Node::setPrice>{"setPrice"},
    Named<&node::Node::setSeedingRules>{"setSeedingRules"},
    Named<&node::Node::removeFilm>{"removeFilm"},
    Named<&node::Node::makePermit>{"makePermit"},
    Named<&node::Node::takePermit>{"takePermit"},
    Named<&node::Node::search>{"search"},
    Named<&node::Node::fetchPoster>{"fetchPoster"},
    Named<&node::Node::checkSeeders>{"checkSeeders"},
    Named<&node::Node::setSource>{"setSource"},
    Named<&node::Node::setTracker>{"setTracker"},
    Named<&node::Node::stop>{"stop"},
};
inline constexpr std::tuple events{
    Named<&node::Node::subtitlesCame>{"subtitlesCame"},
    Named<&node::Node::searched>{"searched"},
    Named<&node::Node::posterCame>{"posterCame"},
    Named<&node::Node::seedersChecked>{"seedersChecked"},
    Named<&node::Node::publishing>{"publishing"},
    Named<&node::Node::published>{"published"},
    Named<&node::Node::permitMade>{"permitMade"},
    Named<&node::Node::permitTaken>{"permitTaken"},
    Named<&node::Node::keysDone>{"keysDone"},
    Named<&node::Node::wordsCame>{"wordsCame"},
    Named<&node::Node::contractCame>{"contractCame"},
    Named<&node::Node::walletActionDone>{"walletActionDone"},
    Named<&node::Node::stopped>{"stopped"},
};

template <class Function>
struct ArgumentsOf;
template <class... Arguments>
struct ArgumentsOf<void (node::Node::*)(Arguments...)> {
    using Tuple = std::tuple<std::decay_t<Arguments>...>;
};

/// The line of a call, without its end. A function that is in no table does not compile.
template <auto function, class... Arguments>
[[nodiscard]] std::string callLine(const Arguments&... arguments)
{
    using Tuple = typename ArgumentsOf<decltype(function)>::Tuple;
    return R"({"call":")" + std::string(std::get<Named<function>>(calls).name) + R"(","with":)" + Writer::textOf(Tuple(arguments...)) + '}';
}
template <auto function, class... Arguments>
[[nodiscard]] std::string eventLine(const Arguments&... arguments)
{
    using Tuple = typename ArgumentsOf<decltype(function)>::Tuple;
    return R"({"event":")" + std::string(std::get<Named<function>>(events).name) + R"(","with":)" + Writer::textOf(Tuple(arguments...)) + '}';
}
[[nodiscard]] std::string snapshotLine(const node::Snapshot& snapshot, bool withLibrary, bool withHistory);
[[nodiscard]] std::string errorLine(std::string_view sentence);

/// Does what a line from a client says; Malformed or TooLarge, and nothing done.
[[nodiscard]] base::Result<void> call(std::string_view line, node::Node& node);

/// Longest lines, without their ends.
inline constexpr std::size_t maxCall = 64 * 1024;
inline constexpr std::size_t maxNews = 64 * 1024 * 1024;

/// A line from the node, taken apart. One of them.
struct News {
    std::optional<node::Snapshot> snapshot;
    std::string error;
    std::string_view event; ///< one of `events`; the signal was emitted
};
/// Emits on `node` where it is an event. Malformed or TooLarge: it comes from another version of this program.
[[nodiscard]] base::Result<News> readNews(std::string_view line, node::Node& node);

} // namespace mutoscope::control
