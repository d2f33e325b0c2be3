#include "ui/key_map.h"

#include <algorithm>

#include <QStringList>

#include "ui/settings_store.h"

using namespace Qt::StringLiterals;

namespace mutoscope::ui
{

std::vector<ActionInfo> allActions()
{
    return {
        {Action::PlayPause, u"play"_s, KeyMap::tr("Play or pause"), {Qt::Key_Space, Qt::Key_K}, true},
        {Action::Back, u"back"_s, KeyMap::tr("Back by 5 seconds"), {Qt::Key_Left}, true},
        {Action::Forward, u"forward"_s, KeyMap::tr("On by 5 seconds"), {Qt::Key_Right}, true},
        {Action::FarBack, u"far-back"_s, KeyMap::tr("Back by 10 seconds"), {Qt::Key_J}, true},
        {Action::FarForward, u"far-forward"_s, KeyMap::tr("On by 10 seconds"), {Qt::Key_L}, true},
        {Action::PreviousPicture, u"previous-picture"_s, KeyMap::tr("The picture before"), {Qt::Key_Comma}, true},
        {Action::NextPicture, u"next-picture"_s, KeyMap::tr("The next picture"), {Qt::Key_Period}, true},
        {Action::Slower, u"slower"_s, KeyMap::tr("Slower"), {Qt::Key_BracketLeft}, true},
        {Action::Faster, u"faster"_s, KeyMap::tr("Faster"), {Qt::Key_BracketRight}, true},
        {Action::NormalSpeed, u"normal-speed"_s, KeyMap::tr("Normal speed"), {Qt::Key_Backspace}, true},
        {Action::Louder, u"louder"_s, KeyMap::tr("Louder"), {Qt::Key_Up}, true},
        {Action::Softer, u"softer"_s, KeyMap::tr("Softer"), {Qt::Key_Down}, true},
        {Action::Mute, u"mute"_s, KeyMap::tr("Sound off or on"), {Qt::Key_M}, true},
        {Action::NextSubtitles, u"next-subtitles"_s, KeyMap::tr("The next subtitles, or none"), {Qt::Key_V}, true},
        {Action::NextAudio, u"next-audio"_s, KeyMap::tr("The next sound track"), {Qt::Key_NumberSign}, true},
        {Action::FullScreen, u"full-screen"_s, KeyMap::tr("Full screen"), {Qt::Key_F, Qt::Key_F11}, true},
        {Action::Statistics, u"statistics"_s, KeyMap::tr("Statistics"), {Qt::Key_I}, true},
        {Action::NextFilm, u"next-film"_s, KeyMap::tr("The next film of the list"), {Qt::Key_N}, true},
        {Action::PreviousFilm, u"previous-film"_s, KeyMap::tr("The film before it in the list"), {Qt::Key_P}, true},
        {Action::Queue, u"queue"_s, KeyMap::tr("The list of films"), {Qt::CTRL | Qt::Key_L}, true},
        {Action::OpenLink, u"open-link"_s, KeyMap::tr("Paste a link"), {Qt::CTRL | Qt::Key_U}, false},
        {Action::OpenFile, u"open-file"_s, KeyMap::tr("Publish a video file"), {Qt::CTRL | Qt::Key_O}, false},
        {Action::ShowHome, u"show-home"_s, KeyMap::tr("Home"), {Qt::CTRL | Qt::Key_1}, false},
        {Action::ShowLibrary, u"show-library"_s, KeyMap::tr("Library"), {Qt::CTRL | Qt::Key_2}, false},
        {Action::ShowPlayer, u"show-player"_s, KeyMap::tr("Player"), {Qt::CTRL | Qt::Key_3}, false},
        {Action::ShowSeeding, u"show-seeding"_s, KeyMap::tr("Seeding"), {Qt::CTRL | Qt::Key_4}, false},
        {Action::ShowWallet, u"show-wallet"_s, KeyMap::tr("Wallet"), {Qt::CTRL | Qt::Key_5}, false},
        {Action::ShowSettings, u"show-settings"_s, KeyMap::tr("Settings"), {Qt::CTRL | Qt::Key_6}, false},
        {Action::ShowKeys, u"show-keys"_s, KeyMap::tr("This list"), {Qt::Key_Question}, false},
        {Action::Quit, u"quit"_s, KeyMap::tr("Quit"), {Qt::CTRL | Qt::Key_Q}, false},
    };
}

namespace
{

ActionInfo infoOf(Action action)
{
    const auto all = allActions();
    return *std::ranges::find(all, action, &ActionInfo::action);
}

QString nameOf(const ActionInfo& info)
{
    return u"keys/"_s + info.id;
}

} // namespace

KeyMap::KeyMap(SettingsStore& settings, QObject* parent) : QObject(parent), m_settings(settings)
{
    for (const ActionInfo& info : allActions()) {
        if (!m_settings.contains(nameOf(info)))
            continue;
        QList<QKeySequence> keys;
        for (const QString& text : m_settings.value(nameOf(info)).toStringList()) {
            const auto key = QKeySequence::fromString(text, QKeySequence::PortableText);
            const bool isTaken = std::ranges::any_of(m_chosen, [&](const auto& each) { return each.second.contains(key); });
            if (!key.isEmpty() && key[0].key() != Qt::Key_unknown && !isTaken && !keys.contains(key))
                keys << key;
        }
        m_chosen[info.action] = keys;
    }
    // What somebody else was given is nobody's default any more.
    for (const ActionInfo& info : allActions()) {
        if (m_chosen.contains(info.action))
            continue;
        QList<QKeySequence> rest;
        for (const QKeySequence& key : info.defaults) {
            if (std::ranges::none_of(m_chosen, [&](const auto& each) { return each.second.contains(key); }))
                rest << key;
        }
        if (rest != info.defaults)
            m_chosen[info.action] = rest;
    }
}

QList<QKeySequence> KeyMap::keys(Action action) const
{
    const auto chosen = m_chosen.find(action);
    return chosen == m_chosen.end() ? infoOf(action).defaults : chosen->second;
}

std::optional<Action> KeyMap::holder(const QKeySequence& key) const
{
    const auto has = [&](const ActionInfo& info) { return keys(info.action).contains(key); };
    const auto all = allActions();
    const auto it = std::ranges::find_if(all, has);
    return it == all.end() ? std::nullopt : std::optional(it->action);
}

void KeyMap::add(Action action, const QKeySequence& key)
{
    const auto before = holder(key);
    if (key.isEmpty() || before == action)
        return;
    if (before) {
        auto rest = keys(*before);
        rest.removeAll(key);
        set(*before, rest);
    }
    set(action, keys(action) << key);
    save();
    Q_EMIT changed();
}

void KeyMap::remove(Action action, const QKeySequence& key)
{
    auto rest = keys(action);
    if (rest.removeAll(key) == 0)
        return;
    set(action, rest);
    save();
    Q_EMIT changed();
}

void KeyMap::reset()
{
    m_chosen.clear();
    save();
    Q_EMIT changed();
}

void KeyMap::set(Action action, QList<QKeySequence> keys)
{
    if (keys == infoOf(action).defaults)
        m_chosen.erase(action);
    else
        m_chosen[action] = std::move(keys);
}

void KeyMap::save() const
{
    for (const ActionInfo& info : allActions()) {
        const auto chosen = m_chosen.find(info.action);
        if (chosen == m_chosen.end()) {
            m_settings.remove(nameOf(info));
            continue;
        }
        QStringList texts;
        for (const QKeySequence& key : chosen->second)
            texts << key.toString(QKeySequence::PortableText);
        m_settings.setValue(nameOf(info), texts);
    }
}

} // namespace mutoscope::ui
