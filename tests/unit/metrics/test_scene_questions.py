from mezzotint.data.scenes import SceneAttributes, Sky, Thing, Time, labels, sample_attributes
from mezzotint.domain.streams import Purpose, picture_stream
from mezzotint.metrics.scene_questions import scene_answers, scene_questions


def test_answers_are_what_the_pictures_show() -> None:
    scenes = [sample_attributes(picture_stream(3, index, Purpose.SCENE)) for index in range(40)]
    answers = scene_answers(scenes)
    questions = scene_questions()
    assert answers.shape == (40, len(questions))
    for scene, row in zip(scenes, answers, strict=True):
        shown = {
            question.name: question.answers[answer]
            for question, answer in zip(questions, row, strict=True)
        }
        assert shown == labels(scene)


def test_what_is_hidden_is_answered_with_none() -> None:
    night = SceneAttributes(seed=1, time=Time.NIGHT, sky=Sky.HEAVY, thing=Thing.NONE)
    names = [question.name for question in scene_questions()]
    answers = dict(zip(names, scene_answers([night])[0], strict=True))
    assert answers["body"] == answers["thing"] == answers["place"] == 0
    assert answers["sky"] != 0


def test_no_scene_gives_no_answers() -> None:
    assert scene_answers([]).shape == (0, len(scene_questions()))
